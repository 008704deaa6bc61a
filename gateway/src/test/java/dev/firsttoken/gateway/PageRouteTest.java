package dev.firsttoken.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firsttoken.gateway.page.Page;
import org.junit.jupiter.api.Test;

class PageRouteTest {

    @Test
    void pageIsServedToAnybodyAlsoWhereThereAreKeys() throws Exception {
        try (Stage stage = Stage.start(settings -> settings.key("team", "secret"))) {
            var response = stage.get("/");

            assertThat(response.statusCode()).isEqualTo(Page.built().isThere() ? 200 : 404);
            assertThat(response.headers().firstValue("content-type"))
                    .hasValue("text/html; charset=utf-8");
            assertThat(stage.get("/v1/models").statusCode()).isEqualTo(401);
            assertThat(stage.get("/anything").headers().firstValue("content-type"))
                    .hasValue("application/json");
        }
    }

    @Test
    void pageCanBeSwitchedOff() throws Exception {
        try (Stage stage = Stage.start(settings -> settings.page = false)) {
            var response = stage.get("/");

            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
            assertThat(stage.get("/assets/app-1.js").statusCode()).isEqualTo(404);
        }
    }
}
