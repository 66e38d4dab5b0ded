// Starts the Firefox that FIREFOX names (default /usr/bin/firefox-esr), if there is one. The tests' own driver needs a Firefox that
// was made for it, so this one is steered through another, by the standard that both speak.
import { existsSync } from 'node:fs';
import puppeteer from 'puppeteer-core';

const PLACES = [process.env.FIREFOX, '/usr/bin/firefox-esr', '/usr/bin/firefox'];
const executablePath = PLACES.find((place) => place && existsSync(place));

/** Why Firefox cannot be tested, or false. */
export const noFirefox = executablePath ? false : 'no Firefox found: set FIREFOX to its path';

export const launchFirefox = () => puppeteer.launch({ browser: 'firefox', executablePath, headless: true });
