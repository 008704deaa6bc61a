package dev.firsttoken.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.firsttoken.gateway.config.Config;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What an answer costs, from the usage that its provider counts to where a person sees it.
class CostTest {

    private static final String METRIC = "firsttoken_cost_usd_total";
    private static final ObjectMapper JSON = new ObjectMapper();

    /// Three dollars for a million tokens of input, fifteen for output.
    private static Stage.Change pricing(String model) {
        return settings -> settings.price("house", model, "3", "15");
    }

    @Test
    void aStreamKnowsItsCost() throws Exception {
        String model = "sim/tokens-9";
        try (Stage stage = Stage.start(pricing(model))) {
            stage.stream(model);
            stage.awaitMetric(0, "firsttoken_open_streams");
            double input = stage.metric("firsttoken_tokens_total", "direction=\"input\"");
            assertThat(input).isPositive();
            assertThat(stage.metric(METRIC, "provider=\"house\"", "estimated=\"false\""))
                    .isEqualTo((3 * input + 15 * 9) / 1e6, within(1e-12));

            stage.simple("sim/tokens-8");
            stage.awaitMetric(0, "firsttoken_open_streams");
            assertThat(stage.metric(METRIC))
                    .as("nobody has a price for the other model")
                    .isEqualTo((3 * input + 15 * 9) / 1e6, within(1e-12));
        }
    }

    @Test
    void aWholeAnswerSaysWhatItCosts() throws Exception {
        String model = "sim/tokens-9";
        try (Stage stage = Stage.start(pricing(model))) {
            HttpResponse<String> answer = stage.whole(model);
            JsonNode usage = JSON.readTree(answer.body()).path("usage");
            long input = usage.path("prompt_tokens").asLong();
            assertThat(answer.headers().firstValue("x-firsttoken-cost-usd").map(Double::valueOf))
                    .hasValueSatisfying(cost ->
                            assertThat(cost).isEqualTo((3 * input + 15 * 9) / 1e6, within(1e-12)));
            assertThat(answer.headers().firstValue("x-firsttoken-estimated")).isEmpty();
            assertThat(stage.whole("sim/tokens-8").headers().map())
                    .doesNotContainKey("x-firsttoken-cost-usd");
        }
    }

    @Test
    void whatNobodyCountedIsAnEstimate() throws Exception {
        String model = "sim/tokens-9+cut-after-4";
        try (Stage stage = Stage.start(pricing(model))) {
            stage.stream(model);
            stage.awaitMetric(0, "firsttoken_open_streams");
            double estimated = stage.metric(METRIC, "estimated=\"true\"");
            // Four pieces of text, and a short question.
            assertThat(estimated).isBetween(4 * 15 / 1e6, 4 * 15 / 1e6 + 20 * 3 / 1e6);
            assertThat(stage.metric(METRIC, "estimated=\"false\"")).isZero();
            assertThat(stage.metric("firsttoken_tokens_total"))
                    .as("tokens are those that providers report")
                    .isZero();
        }
    }

    @Test
    void theListOfModelsShowsPricesAndLimits() throws Exception {
        try (Stage stage =
                Stage.start(settings -> {
                    settings.price("house", "sim/tokens-9", "0.25", "15");
                    settings.models.add(
                            new Config.Model(
                                    "ours",
                                    List.of(new Config.Deployment("house", "sim/tokens-9"))));
                })) {
            JsonNode ours = JSON.readTree(stage.get("/v1/models/ours").body());
            assertThat(ours.at("/pricing/unit").asText()).isEqualTo("usd_per_million_tokens");
            assertThat(ours.at("/pricing/input").asDouble()).isEqualTo(0.25);
            assertThat(ours.at("/pricing/output").asDouble()).isEqualTo(15);
            assertThat(ours.at("/pricing/estimated").asBoolean()).isFalse();

            // The default model's maker is not asked here, but it has a price.
            JsonNode usual = JSON.readTree(stage.get("/v1/models/claude-sonnet-4-20250514").body());
            assertThat(usual.path("context_window").asLong()).isGreaterThan(100_000);
            assertThat(usual.path("max_output_tokens").asLong()).isGreaterThan(1000);
            assertThat(usual.at("/pricing/estimated").asBoolean()).isTrue();
        }
    }
}
