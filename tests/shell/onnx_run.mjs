// Runs an ONNX file in onnxruntime-web on the first test images and compares
// with the logits that `export predictions` wrote.
//
//   node onnx_run.mjs MODULES FILE.onnx PREDICTIONS.csv DATA IMAGES MOST \
//       [LOGITS]
//
// DATA: a folder with Fashion-MNIST. Prints the largest difference of logits
// and how many predictions differ; fails when a prediction does whose two
// largest logits are further than MOST from each other. With LOGITS, also when
// a logit differs by more than that, times its size where that is above 1.
import { createRequire } from "node:module";
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";

const [modules, file, csv, data, count, most, bound = "Infinity"] =
    process.argv.slice(2);
const require = createRequire(path.join(path.resolve(modules), "x.js"));
const ort = require("onnxruntime-web");
ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";

const AREA = 28 * 28;

function pixels(name) {
	const plain = path.join(data, name);
	const bytes = fs.existsSync(plain) ? fs.readFileSync(plain) :
	    zlib.gunzipSync(fs.readFileSync(plain + ".gz"));
	return bytes.subarray(16);
}

// Mean and deviation of the training images, of bytes / 255.
function statistics() {
	const train = pixels("train-images-idx3-ubyte");
	let sum = 0, square = 0;
	for (const byte of train) {
		sum += byte;
		square += byte * byte;
	}
	const mean = sum / train.length;
	return [mean / 255,
	    Math.sqrt(square / train.length - mean * mean) / 255];
}

function largest(row) {
	return row.indexOf(Math.max(...row));
}

const n = Number(count);
const [mean, deviation] = statistics();
const test = pixels("t10k-images-idx3-ubyte");
const x = new Float32Array(n * AREA);
for (let i = 0; i < x.length; i++)
	x[i] = (test[i] / 255 - mean) / deviation;
const expected = fs.readFileSync(csv, "utf8").trim().split("\n").slice(1)
    .map((line) => line.split(",").slice(3).map(Number));
const session = await ort.InferenceSession.create(file);
const output = await session.run(
    { input: new ort.Tensor("float32", x, [n, 1, 28, 28]) });
const logits = output.logits.data, classes = logits.length / n;

let difference = 0, apart = 0, flips = 0, wrong = 0;
for (let i = 0; i < n; i++) {
	const got = Array.from(logits.subarray(i * classes, (i + 1) * classes));
	const want = expected[i], order = [...want].sort((a, b) => b - a);
	got.forEach((value, k) => {
		const off = Math.abs(value - want[k]);
		difference = Math.max(difference, off);
		// Not above, rather than below: a NaN is apart.
		apart += !(off <= bound * Math.max(1, Math.abs(want[k])));
	});
	if (largest(got) === largest(want))
		continue;
	flips++;
	wrong += order[0] - order[1] > Number(most);
}
console.log(`difference ${difference} flips ${flips} of ${n}`);
process.exit(wrong > 0 || apart > 0 ? 1 : 0);
