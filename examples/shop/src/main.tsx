import { render } from "preact";
import { Layout } from "./layout.tsx";
import { Bookings } from "./pages/bookings.tsx";
import { Browse } from "./pages/browse.tsx";
import { CartPage } from "./pages/cart.tsx";
import { NotFound } from "./pages/not-found.tsx";
import { Paid } from "./pages/paid.tsx";
import { Product } from "./pages/product.tsx";
import { SignIn } from "./pages/sign-in.tsx";
import { StaffDay } from "./pages/staff-day.tsx";
import { useAddress } from "./router.tsx";
import { SessionProvider } from "./session.tsx";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/catalog.css";
import "./styles/booking.css";
import "./styles/staff.css";

function App() {
  const address = useAddress();
  const [, section, first, second] = address.pathname.split("/").map(decodeURIComponent);
  const page = () => {
    if (section === "" || section === undefined) return <Browse address={address} />;
    if (section === "gowns" && first && second)
      return <Product key={address.pathname} boutique={first} slug={second} />;
    if (section === "cart") return <CartPage />;
    if (section === "paid") return <Paid paymentId={address.searchParams.get("payment_id") ?? ""} />;
    if (section === "bookings") return <Bookings />;
    if (section === "sign-in") return <SignIn next={address.searchParams.get("next") ?? "/"} />;
    if (section === "staff") return <StaffDay address={address} />;
    return <NotFound />;
  };
  return <Layout section={section ?? ""}>{page()}</Layout>;
}

const root = document.getElementById("app");
if (root !== null) {
  render(
    <SessionProvider>
      <App />
    </SessionProvider>,
    root,
  );
}
