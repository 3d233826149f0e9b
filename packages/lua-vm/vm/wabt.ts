// The WebAssembly toolkit, loaded once.
import initWabt from "wabt";

export const wabt = await initWabt();
