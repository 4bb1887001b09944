/**
 * A chart as a file: its SVG with resolved colours and with its letters inside, or a PNG of it at twice its size.
 *
 * @module
 */
import sans from "../fonts/sans.woff2?url";
import greek from "../fonts/sans-greek.woff2?url";

/** Saves the chart that is in sight, in the form that the button asks for (`data-take`). */
export async function takeAway(button: HTMLElement): Promise<void> {
  const figure = button.closest("figure")!;
  const svg = [...figure.querySelectorAll<SVGSVGElement>(".drawing svg")].find((svg) =>
    svg.getBoundingClientRect().width > 0
  );
  if (!svg) return;
  const text = await standalone(svg);
  if (button.dataset.take === "svg") save(new Blob([text], { type: "image/svg+xml" }), `${figure.id}.svg`);
  else save(await png(text, svg.viewBox.baseVal), `${figure.id}.png`);
}

/** The SVG as a file of its own: colours as they are seen now, and the letters as data. */
async function standalone(svg: SVGSVGElement): Promise<string> {
  const made = svg.cloneNode(true) as SVGSVGElement;
  made.querySelectorAll(".reading-line, .reading-dot").forEach((mark) => mark.remove());
  const { width, height } = svg.viewBox.baseVal;
  made.setAttribute("width", String(width));
  made.setAttribute("height", String(height));
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => {
    const probe = document.createElement("i");
    probe.style.color = `var(--${name})`;
    svg.parentElement!.append(probe);
    const value = getComputedStyle(probe).color;
    probe.remove();
    return value;
  };
  const faces = await Promise.all(
    [sans, greek].map(async (url) =>
      `@font-face{font-family:"Inter Subset";src:url(${await dataUri(url)}) format("woff2");font-weight:400 700}`
    ),
  );
  const extra = document.createElementNS("http://www.w3.org/2000/svg", "style");
  extra.textContent = faces.join("");
  made.prepend(extra);
  made.setAttribute("style", `background:${style.backgroundColor}`);
  return new XMLSerializer().serializeToString(made).replace(/var\(--([\w-]+)\)/g, (_, name: string) => colour(name));
}

async function dataUri(url: string): Promise<string> {
  const blob = await (await fetch(url)).blob();
  return await new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.readAsDataURL(blob);
  });
}

async function png(svg: string, { width, height }: { width: number; height: number }): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = 2 * width;
  canvas.height = 2 * height;
  const context = canvas.getContext("2d")!;
  context.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return await new Promise((resolve, reject) =>
    canvas.toBlob((blob) => blob ? resolve(blob) : reject(new Error("Cannot draw the PNG: the browser gave none")))
  );
}

/** Hands a file to the reader. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
