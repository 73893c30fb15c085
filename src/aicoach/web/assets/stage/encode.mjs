// Makes pictures small, beside the page: on its own thread nothing on the screen has to wait.

const QUALITY = 0.6;
const canvas = new OffscreenCanvas(1, 1);
const pen = canvas.getContext("2d", { alpha: false, willReadFrequently: true });

self.onmessage = async ({ data: { number, picture, wide, high } }) => {
  let jpeg = null;
  try {
    if (canvas.width !== wide || canvas.height !== high) {
      canvas.width = wide;
      canvas.height = high;
    }
    pen.drawImage(picture, 0, 0, wide, high);
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
    jpeg = await blob.arrayBuffer();
  } catch {
    jpeg = null; // this picture is left out, the next one comes soon
  } finally {
    picture.close();
  }
  self.postMessage({ number, jpeg }, jpeg ? [jpeg] : []);
};
