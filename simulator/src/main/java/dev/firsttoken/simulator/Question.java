package dev.firsttoken.simulator;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// The few things in a chat request that shape its answer.
///
/// @param lastMessage the text of the last message, empty if it has none
record Question(String model, boolean stream, boolean usageWanted, String lastMessage) {

    private static final JsonFactory JSON = new JsonFactory();

    /// @throws IllegalArgumentException with a message for people, if the body is not a chat
    ///   request
    static Question read(byte[] body) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("body: not a JSON object");
            }
            String model = "";
            boolean stream = false;
            boolean usageWanted = false;
            String lastMessage = "";
            String field = json.nextName();
            for (; field != null; field = json.nextName()) {
                JsonToken value = json.nextToken();
                switch (field) {
                    case "model" -> model = value == JsonToken.VALUE_STRING ? json.getString() : "";
                    case "stream" -> stream = value == JsonToken.VALUE_TRUE;
                    case "stream_options" -> usageWanted = readUsageWanted(json, value);
                    case "messages" -> lastMessage = readLastMessage(json, value);
                    default -> json.skipChildren();
                }
            }
            if (model.isEmpty()) {
                throw new IllegalArgumentException("model: missing (expected: a string)");
            }
            return new Question(model, stream, usageWanted, lastMessage);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("body: not JSON, " + e.getOriginalMessage(), e);
        }
    }

    private static boolean readUsageWanted(JsonParser json, JsonToken value) {
        boolean wanted = false;
        if (value == JsonToken.START_OBJECT) {
            String field = json.nextName();
            for (; field != null; field = json.nextName()) {
                JsonToken option = json.nextToken();
                if (field.equals("include_usage")) {
                    wanted = option == JsonToken.VALUE_TRUE;
                }
                json.skipChildren();
            }
        } else {
            json.skipChildren();
        }
        return wanted;
    }

    private static String readLastMessage(JsonParser json, JsonToken value) {
        if (value != JsonToken.START_ARRAY) {
            json.skipChildren();
            return "";
        }
        String last = "";
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.START_OBJECT) {
                json.skipChildren();
                continue;
            }
            last = "";
            String field = json.nextName();
            for (; field != null; field = json.nextName()) {
                JsonToken content = json.nextToken();
                if (field.equals("content")) {
                    last = readContent(json, content);
                } else {
                    json.skipChildren();
                }
            }
        }
        return last;
    }

    private static String readContent(JsonParser json, JsonToken content) {
        if (content == JsonToken.VALUE_STRING) {
            return json.getString();
        }
        if (content != JsonToken.START_ARRAY) {
            json.skipChildren();
            return "";
        }
        StringBuilder text = new StringBuilder();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.START_OBJECT) {
                json.skipChildren();
                continue;
            }
            String field = json.nextName();
            for (; field != null; field = json.nextName()) {
                JsonToken value = json.nextToken();
                if (field.equals("text") && value == JsonToken.VALUE_STRING) {
                    text.append(json.getString());
                } else {
                    json.skipChildren();
                }
            }
        }
        return text.toString();
    }
}
