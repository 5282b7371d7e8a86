extension Dictionary {
    /// Drops the least recent of the entries that come and go, down to three quarters, when there are more than `most`.
    ///
    /// - Parameters:
    ///   - lastSeen: a number that grows with every use of an entry.
    ///   - comesAndGoes: whether an entry may be dropped at all.
    mutating func dropLeastRecent(
        beyond most: Int, lastSeen: (Value) -> Int, of comesAndGoes: (Key) -> Bool
    ) {
        guard count > most else { return }
        let passing = filter { comesAndGoes($0.key) }
        guard passing.count > most else { return }
        let old = passing.sorted { lastSeen($0.value) < lastSeen($1.value) }
        for (key, _) in old.prefix(passing.count - most * 3 / 4) { self[key] = nil }
    }
}
