// Puts the fonts of the printed documents where the typesetter looks for them. No font is part of the repository:
// Inter is the voice of the paper, Arimo has the measures of Helvetica that the Swiss payment part asks for.
import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const packages = join(root, "node_modules", "@expo-google-fonts");
const target = join(root, "src", "stellwerk", "billing", "documents", "fonts");
const fonts = {
  inter: ["400Regular/Inter_400Regular.ttf", "600SemiBold/Inter_600SemiBold.ttf"],
  arimo: ["400Regular/Arimo_400Regular.ttf", "700Bold/Arimo_700Bold.ttf"],
};

await mkdir(target, { recursive: true });
for (const [name, files] of Object.entries(fonts)) {
  for (const file of files) {
    await copyFile(join(packages, name, file), join(target, file.split("/").at(-1)));
  }
  // The Open Font License wants to travel with the font.
  await copyFile(join(packages, name, "LICENSE_FONT"), join(target, `LICENSE-${name}.txt`));
}
console.log(`fonts: ${Object.values(fonts).flat().length} files in ${target}`);
