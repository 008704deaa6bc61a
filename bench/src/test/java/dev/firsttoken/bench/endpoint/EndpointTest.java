package dev.firsttoken.bench.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.net.URI;
import java.util.List;

class EndpointTest {

    @Test
    void theAddressMayBeWrittenInEveryWay() {
        for (String address :
                new String[] {"http://h:1", "http://h:1/", "http://h:1/v1", "http://h:1/v1/"}) {
            assertThat(url(address, Api.OPENAI)).isEqualTo("http://h:1/v1/chat/completions");
            assertThat(url(address, Api.ANTHROPIC)).isEqualTo("http://h:1/v1/messages");
            assertThat(url(address, Api.SIMPLE)).isEqualTo("http://h:1/chat/stream");
        }
        assertThat(url("https://h/openai/v1", Api.OPENAI))
                .isEqualTo("https://h/openai/v1/chat/completions");
    }

    @Test
    void aWholeAddressTellsTheDialect() {
        for (Api api : Api.values()) {
            String whole = url("http://h/v1", api);
            var endpoint = Endpoint.of(URI.create(whole), null, null);
            assertThat(endpoint.api()).isEqualTo(api);
            assertThat(endpoint.url()).hasToString(whole);
        }
        assertThat(Endpoint.of(URI.create("http://h/v1"), null, null).api()).isEqualTo(Api.OPENAI);
    }

    @Test
    void theKeyIsSentAsTheDialectsOwnClientsDo() {
        assertThat(endpoint("http://h", Api.OPENAI).headers())
                .containsEntry("authorization", "Bearer secret")
                .doesNotContainKey("x-api-key");
        assertThat(endpoint("http://h", Api.ANTHROPIC).headers())
                .containsEntry("x-api-key", "secret")
                .containsKey("anthropic-version")
                .doesNotContainKey("authorization");
    }

    @Test
    void furtherHeadersTakeTheirPlace() {
        Endpoint more =
                endpoint("http://h", Api.OPENAI)
                        .with(List.of("X-Custom: a:b", "Authorization:none"));
        assertThat(more.headers())
                .containsEntry("x-custom", "a:b")
                .containsEntry("authorization", "none");
        assertThatThrownBy(() -> more.with(List.of("no colon")))
                .hasMessage("header: no colon (expected: name: value)");
        assertThatThrownBy(() -> more.with(List.of("a: b\r\nc: d")))
                .hasMessageStartingWith("header: ");
    }

    @Test
    void theKeyIsNotInItsWords() {
        assertThat(endpoint("http://h", Api.OPENAI)).asString().doesNotContain("secret");
    }

    @Test
    void whatIsNoAddressIsNamed() {
        assertThatThrownBy(() -> endpoint("ftp://h", Api.OPENAI))
                .hasMessage("url: ftp://h (expected: an http or https address)");
    }

    private static String url(String address, Api api) {
        return endpoint(address, api).url().toString();
    }

    private static Endpoint endpoint(String address, Api api) {
        return Endpoint.of(URI.create(address), api, "secret");
    }
}
