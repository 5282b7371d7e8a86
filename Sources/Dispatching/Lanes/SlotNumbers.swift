import PromptBatch

/// The slots of a llama-server that nobody else uses, handed out lowest number first; a prompt whose beginning one of them
/// has read goes there, among those that are kept busy anyway.
///
/// llama-server computes the sequences of neighbouring slots in one step and others one after another: its cache has a
/// stream for each slot, and a step takes streams that lie side by side. Left to itself it takes the slot that was idle
/// longest, so that a few busy ones of many lie scattered. Measured with the inflated demo model on two cores, 8 slots:
/// a step of 2 busy ones takes 36 ms side by side and 46 ms apart, of 4 busy ones 65 ms and 89 ms.
public struct SlotNumbers: Sendable {
    private var taken: Set<Int> = []
    /// What each slot read last, where that was long.
    private var held: [Int: PrefixKey] = [:]

    public init() {}

    /// A number that nobody has, which is the caller's until ``giveBack(_:)``: the least one whose slot has read `prefix`,
    /// else the least one that holds nothing, else the least. More than the least is considered only of the `count` slots
    /// that are kept busy.
    public mutating func take(for prefix: PrefixKey? = nil, of count: Int = 0) -> Int {
        let free = free(of: count)
        let number =
            free.first { prefix != nil && held[$0] == prefix } ?? free.first { held[$0] == nil }
            ?? free.first ?? least
        taken.insert(number)
        held[number] = prefix
        return number
    }

    public mutating func giveBack(_ number: Int) { taken.remove(number) }

    /// What the free ones of `count` slots hold.
    public func idlePrefixes(of count: Int) -> Set<PrefixKey> { Set(free(of: count).compactMap { held[$0] }) }

    /// What the slots in use hold.
    public var busyPrefixes: Set<PrefixKey> { Set(taken.compactMap { held[$0] }) }

    private func free(of count: Int) -> [Int] { (0..<max(0, count)).filter { !taken.contains($0) } }

    private var least: Int {
        var number = 0
        while taken.contains(number) { number += 1 }
        return number
    }
}
