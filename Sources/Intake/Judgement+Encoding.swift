import Foundation
import PromptBatch
import Speculation
import Workload

extension Judgement {
    /// The first byte of the encoded form. Earlier versions wrote JSON, which begins with `{`.
    private static let formatByte: UInt8 = 1
    /// Where the flags stand: after the fixed-width figures.
    private static let flagsIndex = 1 + (Workload.allCases.count + 2) * 8
    private static let prefixFlag: UInt8 = 4

    /// The compact form that the ledger keeps of every prompt: fixed-width little-endian figures, then the texts,
    /// each with its length in front.
    package var encoded: [UInt8] {
        var bytes: [UInt8] = [Self.formatByte]
        bytes.reserveCapacity(120)
        for workload in Workload.allCases {
            Self.append(traits.distribution[workload].bitPattern, to: &bytes)
        }
        Self.append((traits.temperature ?? .nan).bitPattern, to: &bytes)
        Self.append(UInt64(bitPattern: Int64(traits.maximumTokens ?? -1)), to: &bytes)
        bytes.append(
            (traits.thinking ? 1 : 0) | (traits.constrained ? 2 : 0) | (prefix == nil ? 0 : Self.prefixFlag))
        bytes.append(depthOverride.map { UInt8(clamping: $0) } ?? .max)
        Self.append(traits.template ?? "", to: &bytes)
        Self.append(traits.batch ?? "", to: &bytes)
        switch source {
        case .classifier: Self.append("c", to: &bytes)
        case .override: Self.append("o", to: &bytes)
        case .rule(let name): Self.append("r" + name, to: &bytes)
        }
        // Last, so that what earlier versions wrote, without it, and what this one writes can be read by both.
        if let modelName { Self.append(modelName, to: &bytes) }
        if let prefix {
            // To who does not know of the prefix this is a text that is cut off, and so none.
            if modelName == nil { bytes += [0xFF, 0xFF] }
            Self.append(prefix.value, to: &bytes)
        }
        return bytes
    }

    /// The prefix in what ``encoded`` wrote, without reading the rest.
    package static func prefix(inEncoded bytes: [UInt8]) -> PrefixKey? {
        guard bytes.first == formatByte, bytes.count >= flagsIndex + 8, bytes[flagsIndex] & prefixFlag != 0
        else { return nil }
        var last = bytes.suffix(8)
        return takeFigure(&last).map(PrefixKey.init)
    }

    /// Reads what ``encoded`` or an earlier version wrote; nil for anything else.
    init?(encoded bytes: [UInt8]) {
        guard bytes.first == Self.formatByte else {
            guard let old = try? JSONDecoder().decode(Judgement.self, from: Data(bytes)) else { return nil }
            self = old
            return
        }
        var rest = bytes.dropFirst()
        var figures: [UInt64] = []
        for _ in 0..<(Workload.allCases.count + 2) {
            guard let figure = Self.takeFigure(&rest) else { return nil }
            figures.append(figure)
        }
        guard let flags = rest.popFirst(), let depth = rest.popFirst(), let template = Self.takeText(&rest),
            let batch = Self.takeText(&rest), let origin = Self.takeText(&rest)
        else { return nil }
        let temperature = Double(bitPattern: figures[Workload.allCases.count])
        let maximumTokens = Int64(bitPattern: figures[Workload.allCases.count + 1])
        let probabilities = figures.prefix(Workload.allCases.count).map(Double.init(bitPattern:))
        let traits = PromptTraits(
            distribution: WorkloadDistribution(probabilities: probabilities), thinking: flags & 1 != 0,
            temperature: temperature.isNaN ? nil : temperature, constrained: flags & 2 != 0,
            maximumTokens: maximumTokens < 0 ? nil : Int(maximumTokens),
            template: template.isEmpty ? nil : template, batch: batch.isEmpty ? nil : batch)
        let source: Source =
            switch origin.first {
            case "o": .override
            case "r": .rule(String(origin.dropFirst()))
            default: .classifier
            }
        self.init(
            traits: traits, source: source, depthOverride: depth == .max ? nil : Int(depth),
            modelName: Self.takeText(&rest), prefix: Self.prefix(inEncoded: bytes))
    }

    private static func append(_ figure: UInt64, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: figure.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        let text = Array(text.utf8.prefix(Int(UInt16.max)))
        bytes.append(UInt8(text.count & 0xFF))
        bytes.append(UInt8(text.count >> 8))
        bytes.append(contentsOf: text)
    }

    private static func takeFigure(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
        guard bytes.count >= 8 else { return nil }
        let figure = bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
        bytes = bytes.dropFirst(8)
        return UInt64(littleEndian: figure)
    }

    private static func takeText(_ bytes: inout ArraySlice<UInt8>) -> String? {
        guard let low = bytes.popFirst(), let high = bytes.popFirst() else { return nil }
        let count = Int(low) | Int(high) << 8
        guard bytes.count >= count else { return nil }
        defer { bytes = bytes.dropFirst(count) }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
