// Reads the QR code with the camera where the browser can. The permission is asked for when the person wants to scan,
// and the camera is off again as soon as a code was read (SEC-013).
interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
declare global {
  interface Window {
    BarcodeDetector?: new (options: { formats: string[] }) => Detector;
  }
}

const INTERVAL_MS = 200;

export function canScan(): boolean {
  return window.BarcodeDetector !== undefined && navigator.mediaDevices?.getUserMedia !== undefined;
}

// The secret of a link, from what was read or typed: the whole address, or the code alone.
export function codeIn(text: string): string {
  const found = /#link=([\w-]+)/.exec(text);
  return found?.[1] ?? text.trim();
}

export async function scan(video: HTMLVideoElement): Promise<string> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  try {
    video.srcObject = stream;
    await video.play();
    const detector = new window.BarcodeDetector!({ formats: ["qr_code"] });
    while (video.isConnected) {
      const [found] = await detector.detect(video);
      if (found && /#link=/.test(found.rawValue)) return codeIn(found.rawValue);
      await new Promise((resolve) => window.setTimeout(resolve, INTERVAL_MS));
    }
    return "";
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}
