import JSON
import PromptBatch

/// What a step costs by the drafts of its busy slots.
///
/// A table gives the milliseconds of a step in which every busy slot verifies equally many drafts. Between its places
/// they are interpolated linearly, over slots and over the mean of the drafts.
public struct StepCosts: Sendable, Hashable {
    /// Drafts of each busy slot, ascending, from 0.
    public let drafts: [Int]
    /// Numbers of busy slots, ascending, from 1.
    public let slots: [Int]
    /// Of a row for each of ``drafts`` with a column for each of ``slots``.
    let milliseconds: [[Double]]
    /// What a pass of the drafting head costs that the mean of the drafts does not count: for the slots that draft more
    /// than others, and for drafts that p-min then drops.
    public let draftingPassMilliseconds: Double
    /// What it costs that slots verify unequal numbers of drafts, for each number beyond the first: a hybrid model then
    /// computes its batch in more parts.
    public let unevenMilliseconds: Double

    public var greatestDraft: Int { drafts.last ?? 0 }
    public var mostSlots: Int { slots.last ?? 1 }

    init(_ json: JSON, at path: String) throws(SimulationFileError) {
        var fields = try FieldReader(json, at: path)
        var cells: [Place: Double] = [:]
        for (index, json) in try fields.list("places").enumerated() {
            let path = "\(path).places[\(index)]"
            var place = try FieldReader(json, at: path)
            let key = Place(
                drafts: try place.count("drafts", from: 0), slots: try place.count("slots", from: 1))
            guard cells.updateValue(try place.positive("milliseconds"), forKey: key) == nil else {
                throw SimulationFileError(.repeatedPlace, at: path, "\(key) is there twice; keep one")
            }
            try place.finish()
        }
        draftingPassMilliseconds = try fields.number("drafting_pass_milliseconds", else: 0)
        unevenMilliseconds = try fields.number("uneven_milliseconds", else: 0)
        try fields.finish()

        drafts = Set(cells.keys.map(\.drafts)).union([0]).sorted()
        slots = Set(cells.keys.map(\.slots)).union([1]).sorted()
        var missing: [Place] = []
        var rows: [[Double]] = []
        for draft in drafts {
            rows.append(
                slots.map { slot in
                    let place = Place(drafts: draft, slots: slot)
                    if cells[place] == nil { missing.append(place) }
                    return cells[place] ?? 0
                })
        }
        milliseconds = rows
        guard missing.isEmpty else {
            throw SimulationFileError(
                .missingPlaces, at: "\(path).places",
                "the table needs a time for every pair of its drafts and slots; missing: "
                    + missing.map(\.description).joined(separator: "; "))
        }
    }

    private struct Place: Hashable, CustomStringConvertible {
        let drafts: Int
        let slots: Int
        var description: String { "\(drafts) drafts, \(slots) slots" }
    }

    /// Milliseconds of a step without noise.
    ///
    /// - Parameter drafting: the busy slots, at most ``mostSlots``, with at most ``greatestDraft`` drafts each.
    public func milliseconds(_ drafting: [SlotDrafts]) -> Double {
        guard !drafting.isEmpty else { return 0 }
        var total = 0
        var passes = 0
        var lengths: UInt64 = 0
        for slot in drafting {
            total += slot.verified
            passes = max(passes, slot.passes)
            lengths |= 1 << UInt64(min(slot.verified, 63))
        }
        let mean = Double(total) / Double(drafting.count)
        return milliseconds(meanDrafts: mean, slots: drafting.count)
            + draftingPassMilliseconds * (Double(passes) - mean)
            + unevenMilliseconds * Double(lengths.nonzeroBitCount - 1)
    }

    private func milliseconds(meanDrafts: Double, slots count: Int) -> Double {
        let (row, rowShare) = Self.place(of: meanDrafts, in: drafts)
        let (column, columnShare) = Self.place(of: Double(count), in: slots)
        func value(_ row: Int) -> Double {
            let cells = milliseconds[row]
            guard columnShare > 0 else { return cells[column] }
            return cells[column] + columnShare * (cells[column + 1] - cells[column])
        }
        guard rowShare > 0 else { return value(row) }
        return value(row) + rowShare * (value(row + 1) - value(row))
    }

    /// The last entry that is not over `value`, and the share of the way to the next one.
    private static func place(of value: Double, in entries: [Int]) -> (Int, Double) {
        guard let upper = entries.firstIndex(where: { Double($0) > value }) else {
            return (entries.count - 1, 0)
        }
        guard upper > 0 else { return (0, 0) }
        let lower = Double(entries[upper - 1])
        return (upper - 1, (value - lower) / (Double(entries[upper]) - lower))
    }
}

/// The drafts of one busy slot in one step.
public struct SlotDrafts: Sendable, Hashable {
    /// Drafts that the step verifies.
    public var verified: Int
    /// Passes of the drafting head, with that of a draft that p-min dropped.
    public var passes: Int

    public init(verified: Int, passes: Int? = nil) {
        self.verified = verified
        self.passes = passes ?? verified
    }
}
