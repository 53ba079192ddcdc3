import { checkPayment } from "@nexus/client";
import { nexus } from "../nexus.ts";
import { Good, Problem } from "../parts/notice.tsx";
import { Link } from "../router.tsx";
import { SignedIn } from "../session.tsx";
import { useData } from "../use-data.ts";
import { useTitle } from "../use-title.ts";

/** Where the provider leads back to. What its address says proves nothing, so the provider is asked. */
export function Paid({ paymentId }: { paymentId: string }) {
  useTitle("Payment");
  return <SignedIn path={`/paid?payment_id=${paymentId}`}>{() => <Standing paymentId={paymentId} />}</SignedIn>;
}

function Standing({ paymentId }: { paymentId: string }) {
  const payment = useData((signal) => checkPayment(nexus, paymentId, { signal }), [paymentId]);
  const state = payment.data?.state;
  return (
    <section class="narrow" aria-busy={payment.isLoading}>
      <h1>{state === "succeeded" ? "Thank you" : "Your payment"}</h1>
      <Problem error={payment.error} />
      {state === "succeeded" && (
        <Good>
          <p>It is paid, and everything is yours. A mail with the details is on its way.</p>
        </Good>
      )}
      {state !== undefined && state !== "succeeded" && (
        <div class="notice" role="status">
          <p>
            {payment.data?.attempt_state === "failed"
              ? "It was not paid. What you ordered is still held for a while: pay from your bookings."
              : "The provider still works on it. We write to you as soon as it is there."}
          </p>
          <button type="button" class="plain" onClick={payment.reload}>
            Look again
          </button>
        </div>
      )}
      <Link to="/bookings" class="button">
        My bookings
      </Link>
    </section>
  );
}
