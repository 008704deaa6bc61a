package dev.firsttoken.gateway.dialect;

import dev.firsttoken.wire.dialect.AnswerHead;
import dev.firsttoken.wire.dialect.ClientCodec;
import dev.firsttoken.wire.dialect.ProviderCodec;
import dev.firsttoken.wire.event.Failure;
import dev.firsttoken.wire.event.StreamEvent;
import dev.firsttoken.wire.event.StreamEvent.Failed;
import dev.firsttoken.wire.event.StreamEvent.Usage;
import dev.firsttoken.wire.json.Utf8Buffer;
import dev.firsttoken.wire.message.AnswerAssembler;
import dev.firsttoken.wire.message.Request;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Whole answers of providers, verbatim or translated.
public final class WholeBodies {

    private WholeBodies() {}

    /// What is worth knowing of an answer that passes as it is.
    private static final class Look implements Consumer<StreamEvent> {
        private @Nullable Failure failure;
        private Usage usage = Usage.NONE;

        @Override
        public void accept(StreamEvent event) {
            if (event instanceof Usage latest) {
                usage = latest;
            } else if (event instanceof Failed failed) {
                failure = failed.failure();
            }
        }
    }

    public static WholeBody verbatim(ProviderCodec codec, byte[] body) {
        var look = new Look();
        codec.readAnswer(body, look);
        Failure failure = look.failure;
        return failure == null ? new WholeBody.Good(body, look.usage) : bad(failure);
    }

    public static WholeBody translated(
            ProviderCodec from, byte[] body, ClientCodec to, AnswerHead head, Request request) {
        var assembler = new AnswerAssembler();
        from.readAnswer(body, assembler);
        Failure failure = assembler.failure();
        if (failure != null) {
            return bad(failure);
        }
        if (!assembler.isComplete()) {
            return new WholeBody.Unusable("the provider's answer is not complete");
        }
        var out = new Utf8Buffer(1024);
        to.writeAnswer(head, assembler.answer(), request, out);
        Usage usage = assembler.answer().usage();
        return new WholeBody.Good(out.toByteArray(), usage == null ? Usage.NONE : usage);
    }

    private static WholeBody bad(Failure failure) {
        return failure.kind() == Failure.Kind.INVALID
                ? new WholeBody.Unusable(failure.detail())
                : new WholeBody.Refused(failure.status());
    }
}
