// @ts-check
/** Where the page starts: which of its views is shown, and who is signed in. */
import { announce, button, input, the } from "./dom.js";
import { KeysView } from "./keys.js";
import { SignIn } from "./signin.js";

const VIEWS = ["connect", "sign-in", "second-factor", "keys"];

/**
 * Shows one view, and takes the reader to its heading.
 * @param {string} view
 */
function show(view) {
  for (const other of VIEWS) the(other).hidden = other !== view;
  the("session").hidden = view !== "keys";
  const title = the(`${view}-title`);
  document.title = `${title.textContent} · Client keys`;
  title.focus({ preventScroll: true });
  scrollTo(0, 0);
}

/**
 * The server that the page's address names; this page may connect to no other.
 * @returns {string | null}
 */
const named = () => new URLSearchParams(location.search).get("server")?.trim() || null;

/** The server that the program behind this page proposes. @returns {Promise<string>} */
async function proposed() {
  try {
    const { server } = await (await fetch("/settings.json")).json();
    return typeof server === "string" ? server : "";
  } catch {
    // Nothing is proposed where the page stands on a server of its own.
    return "";
  }
}

/**
 * Why this cannot be the address of a server, or null.
 * @param {string} text
 */
function objection(text) {
  if (!URL.canParse(text)) return "This is no web address.";
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  const here = hostname === "localhost" || hostname.endsWith(".localhost") || hostname.startsWith("127.");
  if (protocol !== "https:" && !(protocol === "http:" && here)) {
    return "Beyond this machine the address must begin with https: everything else would carry secrets in clear.";
  }
  return username || password || search || hash ? "Only host, port and path, please." : null;
}

/** @param {string | null} rejected an address that was tried */
async function connect(rejected) {
  the("origin").textContent = location.origin;
  const field = input("server");
  the("connect-form").addEventListener("submit", (event) => {
    const reason = objection(field.value.trim());
    the("server-error").textContent = reason ?? "";
    // Without a value the attribute says that nothing is wrong.
    field.setAttribute("aria-invalid", String(reason !== null));
    if (reason) {
      event.preventDefault();
      field.focus();
    }
  });
  show("connect");
  field.value = rejected ?? (await proposed());
  if (rejected) the("server-error").textContent = objection(rejected) ?? "";
}

/** @param {string} server */
function work(server) {
  const keys = new KeysView((error) => {
    announce("Your session has ended.");
    signIn.ask({ error });
  });
  const signIn = new SignIn(server, show, (session) => {
    the("session-who").textContent = session.who;
    the("session-server").textContent = session.server;
    show("keys");
    void keys.open(session);
  });
  const signOut = button("sign-out");
  signOut.addEventListener("click", async () => {
    if (signOut.disabled) return;
    signOut.disabled = true;
    try {
      await keys.close();
      signIn.ask({ news: "You are signed out." });
    } catch {
      signIn.ask({ news: "You are signed out here. The server did not confirm it; there, the session ends by itself." });
    } finally {
      signOut.disabled = false;
    }
  });
  signIn.ask();
  void proposed().then((sample) => (the("sample").hidden = sample !== server));
}

const server = named();
if (server !== null && objection(server) === null) work(server);
else void connect(server);
