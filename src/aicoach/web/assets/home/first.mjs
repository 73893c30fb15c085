// The page at home, from its own script on; Gradio's charts ask for it when they are there.

import { firstOf } from "../common/first.mjs";
import { mountHome } from "./home.mjs";

const { host, ...given } = firstOf("home", import.meta.url);
export const home = mountHome(host, given);
