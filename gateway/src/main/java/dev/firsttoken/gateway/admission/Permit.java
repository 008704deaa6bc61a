package dev.firsttoken.gateway.admission;

import dev.firsttoken.wire.event.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The right to have one request answered. It counts against the limits until it is closed. Belongs
/// to the request's virtual thread.
public final class Permit implements AutoCloseable {

    private final Caller caller;
    private final Admission admission;
    private final List<Runnable> taken = new ArrayList<>(4);
    private @Nullable ProviderSlots slot;

    Permit(Caller caller, Admission admission) {
        this.caller = caller;
        this.admission = admission;
    }

    public Caller caller() {
        return caller;
    }

    /// Notes what has to be given back.
    void took(Runnable giveBack) {
        taken.add(giveBack);
    }

    /// Takes one of a provider's slots, in exchange for that of the provider before it.
    ///
    /// @param mayWait whether to queue when all are taken
    /// @return null, or why there is none
    public @Nullable Failure useProvider(String provider, boolean mayWait)
            throws InterruptedException {
        leaveProvider();
        ProviderSlots slots = admission.slotsOf(provider);
        if (slots == null) {
            return null;
        }
        if (!slots.enter(mayWait ? admission.queueDeadline() : Duration.ZERO)) {
            return admission.refuse(
                    Admission.Reason.PROVIDER,
                    Failure.Kind.OVERLOADED,
                    "the provider answers as many requests as it may at once");
        }
        slot = slots;
        return null;
    }

    private void leaveProvider() {
        if (slot != null) {
            slot.leave();
            slot = null;
        }
    }

    @Override
    public void close() {
        leaveProvider();
        taken.forEach(Runnable::run);
        taken.clear();
    }
}
