import ArgumentParser
import Calibration

extension SweepSetting: ExpressibleByArgument {
    /// `off`, `3`, or `3@0.75`.
    public init?(argument: String) {
        self.init(parsing: argument)
    }
}

/// Whether the model is to think.
enum ThinkingMode: String, ExpressibleByArgument, CaseIterable {
    case on, off
}

/// A sampling temperature, 0 to 10.
struct Temperature: ExpressibleByArgument, Hashable, Sendable {
    let value: Double

    init?(argument: String) {
        guard let value = Double(argument), (0...10).contains(value) else { return nil }
        self.value = value
    }
}

/// A number of slots, 1 to 256.
struct SlotCount: ExpressibleByArgument, Hashable, Sendable {
    let value: Int

    init?(argument: String) {
        guard let value = Int(argument), (1...256).contains(value) else { return nil }
        self.value = value
    }
}
