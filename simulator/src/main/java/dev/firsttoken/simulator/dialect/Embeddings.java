package dev.firsttoken.simulator.dialect;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/// OpenAI's embeddings. Each word, or token, of an input has a few places of the vector for itself,
/// so that the same input always has the same vector, and inputs with words in common are near each
/// other. Vectors have length 1.
final class Embeddings {

    private static final int USUAL_DIMENSIONS = 1_536;
    private static final int MAX_DIMENSIONS = 4_096;
    private static final int MAX_INPUTS = 2_048;
    private static final int PLACES_PER_WORD = 16;

    /// What becomes one vector.
    private record Input(List<String> words, int tokens) {}

    private Embeddings() {}

    /// @throws IllegalArgumentException with a message for people, if it is no such request
    static byte[] answer(Node body) {
        int dimensions = dimensions(body.get("dimensions"));
        boolean base64 = isBase64(body.get("encoding_format"));
        List<Object> data = new ArrayList<>();
        int tokens = 0;
        for (Input input : inputs(body.get("input"))) {
            float[] vector = vector(input.words(), dimensions);
            Object written = base64 ? base64(vector) : numbers(vector);
            data.add(
                    Json.object("object", "embedding", "index", data.size(), "embedding", written));
            tokens += input.tokens();
        }
        Object usage = Json.object("prompt_tokens", tokens, "total_tokens", tokens);
        String model = body.get("model").text();
        return Json.bytes(
                Json.object("object", "list", "data", data, "model", model, "usage", usage));
    }

    private static int dimensions(Node given) {
        int dimensions = given.exists() ? given.whole(0) : USUAL_DIMENSIONS;
        if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
            throw new IllegalArgumentException(
                    "dimensions: " + given.quoted() + " (expected: 1 to " + MAX_DIMENSIONS + ")");
        }
        return dimensions;
    }

    private static boolean isBase64(Node given) {
        String format = given.exists() ? given.quoted() : "float";
        if (!format.equals("float") && !format.equals("base64")) {
            throw new IllegalArgumentException(
                    "encoding_format: " + format + " (expected: float or base64)");
        }
        return format.equals("base64");
    }

    /// A text, the tokens of one, or an array of either.
    private static List<Input> inputs(Node given) {
        List<Node> items = given.items();
        boolean one = given.isText() || !items.isEmpty() && items.getFirst().isNumber();
        List<Node> each = one ? List.of(given) : items;
        if (each.isEmpty() || each.size() > MAX_INPUTS) {
            throw new IllegalArgumentException(
                    "input: " + each.size() + " of them (expected: 1 to " + MAX_INPUTS + ")");
        }
        return each.stream().map(Embeddings::input).toList();
    }

    private static Input input(Node given) {
        if (given.isText() && !given.text().isEmpty()) {
            String[] words = given.text().toLowerCase(Locale.ROOT).strip().split("\\s+");
            // Four characters to a token, as in every answer.
            return new Input(List.of(words), (given.text().length() + 3) / 4);
        }
        List<Node> tokens = given.items();
        if (tokens.isEmpty() || !tokens.stream().allMatch(Node::isNumber)) {
            throw new IllegalArgumentException(
                    "input: " + given.quoted() + " (expected: a text, or tokens, not empty)");
        }
        return new Input(tokens.stream().map(Node::quoted).toList(), tokens.size());
    }

    private static float[] vector(List<String> words, int dimensions) {
        double[] sum = new double[dimensions];
        for (String word : words) {
            SplittableRandom random = new SplittableRandom(word.hashCode());
            for (int i = 0; i < PLACES_PER_WORD; i++) {
                sum[random.nextInt(dimensions)] += random.nextDouble(-1, 1);
            }
        }
        double length = Math.sqrt(Arrays.stream(sum).map(x -> x * x).sum());
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            vector[i] = (float) (length == 0 ? 0 : sum[i] / length);
        }
        return vector;
    }

    private static List<Object> numbers(float[] vector) {
        List<Object> numbers = new ArrayList<>(vector.length);
        for (float number : vector) {
            numbers.add(number);
        }
        return numbers;
    }

    /// Four bytes a number, the lowest first.
    private static String base64(float[] vector) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Float.BYTES * vector.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float number : vector) {
            bytes.putFloat(number);
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
