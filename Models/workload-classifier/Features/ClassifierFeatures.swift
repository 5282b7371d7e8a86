import Foundation
import Workload

/// Reads requests as JSON lines from standard input and writes their features to standard output, for training.
///
/// A line: `{"turns": [{"role": "user", "text": "…"}], "json": false, "tools": false, "thinking": false}`, or
/// `{"prompt": "…"}`. The output, little-endian: for each request the number of its features (`UInt32`), then for each
/// its row (`UInt32`) and value (`Float32`). A row may occur more than once; its values add up.
@main
struct ClassifierFeatures {
    static func main() throws {
        let extractor = FeatureExtractor()
        let decoder = JSONDecoder()
        var number = 0
        while let line = readLine(strippingNewline: true) {
            number += 1
            let request: TrainingRequest
            do {
                request = try decoder.decode(TrainingRequest.self, from: Data(line.utf8))
            } catch {
                let message = "classifier-features: line \(number): \(error); see the format in the source\n"
                FileHandle.standardError.write(Data(message.utf8))
                exit(65)
            }
            var sink = ExportSink()
            extractor.extract(request.workloadRequest, into: &sink)
            try FileHandle.standardOutput.write(contentsOf: sink.record)
        }
    }
}
