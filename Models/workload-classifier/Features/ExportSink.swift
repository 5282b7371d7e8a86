import Foundation
import Workload

/// Writes the features of one request as bytes.
struct ExportSink: FeatureSink {
    private var rows: [(row: UInt32, value: Float)] = []
    private var space = FeatureSpace.leadWords
    private var first = 0

    /// The features in the format that ``ClassifierFeatures`` documents.
    var record: Data {
        var data = Data(capacity: 4 + rows.count * 8)
        func append(_ value: UInt32) {
            withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
        }
        append(UInt32(rows.count))
        for (row, value) in rows {
            append(row)
            append(value.bitPattern)
        }
        return data
    }

    mutating func open(_ space: FeatureSpace) {
        self.space = space
        first = rows.count
    }

    mutating func add(_ hash: UInt32, name: () -> String) {
        rows.append((UInt32(FeatureExtractor.row(hash, in: space)), 0))
    }

    mutating func close() {
        let value = FeatureExtractor.value(in: space, count: rows.count - first)
        for index in first..<rows.count { rows[index].value = value }
    }

    mutating func add(_ property: StructuralFeature) {
        rows.append((UInt32(FeatureExtractor.row(of: property)), StructuralFeature.strength))
    }
}
