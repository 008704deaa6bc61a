package dev.firsttoken.gateway.pricing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firsttoken.wire.event.InvalidRequestException;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PriceListTest {

    private static final String CATALOG =
            """
            {"openai":{"id":"openai","models":{
               "long":{"cost":{"input":2.5,"output":15,"cache_read":0.25,
                       "tiers":[{"input":5,"output":22.5,"cache_read":0.5,"tier":{"size":1000,"type":"context"}}]},
                       "limit":{"context":400000,"input":272000,"output":128000},
                       "modalities":{"input":["text","image"],"output":["text"]}},
               "free":{"cost":{"input":0,"output":0},"limit":{"context":0,"output":0}},
               "unpriced":{"limit":{"context":10,"output":5}}}},
             "google":{"models":{
               "gemini-x":{"cost":{"input":0.1,"output":0.4,"reasoning":3.5},"limit":{"context":9}}}},
             "somebody":{"models":{"theirs":{"cost":{"input":1,"output":1}}}}}
            """;

    @TempDir private Path folder;

    private PriceList list(PriceRule... rules) throws Exception {
        byte[] list = ModelsDev.list(CATALOG.getBytes(UTF_8), LocalDate.of(2026, 5, 21));
        return PriceList.open(Files.write(folder.resolve(PriceList.FILE), list), List.of(rules));
    }

    private static Usage usage(long input, long cached, long written, long output, long thought) {
        return new Usage(input, cached, written, output, thought, false);
    }

    private static String usd(ModelFacts facts, Usage usage) {
        Cost cost = facts.cost(usage);
        return cost == null ? "none" : cost.usd() + (cost.estimated() ? " estimated" : "");
    }

    @Test
    void everyTokenIsPaidForOnce() {
        var price = new Price(1_000_000, 100_000, 1_250_000, 4_000_000, 2_000_000, List.of());
        assertThat(price.picoUsd(usage(10, 0, 0, 0, 0))).isEqualTo(10_000_000);
        assertThat(price.picoUsd(usage(10, 4, 3, 0, 0)))
                .isEqualTo(3 * 1_000_000 + 4 * 100_000 + 3 * 1_250_000);
        assertThat(price.picoUsd(usage(0, 0, 0, 10, 4))).isEqualTo(6 * 4_000_000 + 4 * 2_000_000);
        // A provider that says more parts than there are is not paid for them.
        assertThat(price.picoUsd(usage(2, 5, 5, 1, 3))).isEqualTo(2 * 100_000 + 2_000_000);
    }

    @Test
    void aCountThatNobodyCanHaveUsedIsStillACost() {
        var dear = new Price(15_000_000, 0, 0, Price.perMillion("1000000"), 0, List.of());
        assertThat(dear.picoUsd(usage(1_000_000_000_000L, 0, 0, 0, 0))).isPositive();
        assertThat(dear.picoUsd(usage(Long.MAX_VALUE, 0, 0, Long.MAX_VALUE, 0))).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1000000.1", "1e999999999", "1e-999999999", "x"})
    void whatIsNoPriceIsRefusedAtOnce(String text) {
        assertThatThrownBy(() -> Price.perMillion(text)).isInstanceOf(NumberFormatException.class);
    }

    @Test
    void aCatalogBecomesAListThatIsRead() throws Exception {
        PriceList list = list();
        ModelFacts facts = list.find("openai", "long");
        assertThat(facts.context()).isEqualTo(400_000);
        assertThat(facts.maxOutput()).isEqualTo(128_000);
        assertThat(facts.inputs()).containsExactly("text", "image");
        assertThat(usd(facts, usage(100, 50, 0, 10, 5))).isEqualTo("0.0002875");
        // A longer input has another price for all of it.
        assertThat(usd(facts, usage(1000, 0, 0, 0, 0))).isEqualTo("0.0025");
        assertThat(usd(facts, usage(1001, 1, 0, 2, 0))).isEqualTo("0.0050455");

        assertThat(usd(list.find("openai", "free"), usage(9, 0, 0, 9, 0))).isEqualTo("0");
        assertThat(list.find("openai", "free").context()).isNull();
        assertThat(usd(list.find("openai", "unpriced"), usage(9, 0, 0, 9, 0))).isEqualTo("none");
        // Under each of the names that the provider has here.
        assertThat(usd(list.find("gemini", "gemini-x"), usage(0, 0, 0, 10, 4)))
                .isEqualTo("0.0000164");
        assertThat(list.find("google", "gemini-x")).isEqualTo(list.find("gemini", "gemini-x"));
        assertThat(list.find("somebody", "theirs")).isEqualTo(ModelFacts.NONE.asEstimate());
    }

    @Test
    void aMakersPriceIsAnEstimateElsewhere() throws Exception {
        assertThat(usd(list().find("house", "gemini-x"), usage(10, 0, 0, 0, 0)))
                .isEqualTo("0.000001 estimated");
        // A provider that is in the list has the prices it has there, or none.
        assertThat(list().find("openai", "gemini-x")).isEqualTo(ModelFacts.NONE);
        assertThat(usd(list().find("house", "nobody-knows"), usage(10, 0, 0, 0, 0)))
                .isEqualTo("none");
    }

    @Test
    void whatIsConfiguredHoldsInsteadOfTheList() throws Exception {
        var price = new Price(7, 7, 7, 7, 7, List.of());
        PriceList list =
                list(
                        new PriceRule(
                                "openai",
                                "long",
                                new ModelFacts(null, 5L, List.of(), price, false)),
                        new PriceRule(
                                "house", "own", new ModelFacts(8L, null, List.of(), price, false)));
        assertThat(list.find("openai", "long"))
                .isEqualTo(new ModelFacts(400_000L, 5L, List.of("text", "image"), price, false));
        assertThat(list.find("house", "own"))
                .isEqualTo(new ModelFacts(8L, null, List.of(), price, false));
    }

    @Test
    void whatIsFreeCostsNothingWhateverItIsCalled() throws Exception {
        var price = new Price(7, 7, 7, 7, 7, List.of());
        PriceList list =
                list(
                        PriceRule.free("house"),
                        new PriceRule(
                                "house", "own", new ModelFacts(8L, null, List.of(), price, false)));
        ModelFacts free = list.find("house", "gemini-x");
        assertThat(usd(free, usage(10, 0, 0, 10, 0))).isEqualTo("0");
        assertThat(free.context()).isNull();
        assertThat(list.find("house", "own"))
                .isEqualTo(new ModelFacts(8L, null, List.of(), price, false));
        assertThat(usd(list.find("other", "gemini-x"), usage(10, 0, 0, 0, 0)))
                .isEqualTo("0.000001 estimated");
    }

    @Test
    void theProgramHasAListOfItsOwn() throws Exception {
        PriceList list = PriceList.open(null, List.of());
        for (String known : List.of("openai/gpt-4o", "anthropic/claude-sonnet-4-20250514")) {
            String[] parts = known.split("/");
            ModelFacts facts = list.find(parts[0], parts[1]);
            assertThat(facts.context()).as(known).isGreaterThan(100_000);
            assertThat(facts.price()).as(known).isNotNull();
            assertThat(facts.estimated()).isFalse();
        }
        assertThat(list.find("house", "claude-sonnet-4-20250514").estimated()).isTrue();
    }

    @Test
    void whatIsNoListIsRefused() throws Exception {
        Path file = folder.resolve("x.json");
        for (String text :
                List.of(
                        "[]",
                        "{}",
                        "{\"names\":{},\"models\":{\"a\":{\"m\":{\"input\":-1,\"output\":1}}}}",
                        "{\"names\":{},\"models\":{\"a\":{\"m\":{\"input\":\"1\",\"output\":1}}}}")) {
            Files.writeString(file, text);
            assertThatThrownBy(() -> PriceList.open(file, List.of()))
                    .as(text)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("x.json");
        }
        assertThatThrownBy(() ->
                        ModelsDev.list(
                                "{\"somebody\":{}}".getBytes(UTF_8), LocalDate.of(2026, 5, 21)))
                .isInstanceOf(InvalidRequestException.class);
    }
}
