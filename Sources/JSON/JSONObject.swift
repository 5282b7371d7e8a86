/// The members of a JSON object in the order they were written. Keys are compared by their bytes.
///
/// Small objects, which nearly all are, are searched in order; a larger one keeps an index, so that building an
/// object of n members takes time linear in n.
public struct JSONObject: Sendable {
    /// Above this many members an index pays for itself.
    private static let indexThreshold = 24

    private var members: [(key: String, value: JSON)] = []
    private var index: [ExactText: Int] = [:]

    /// An object without members.
    public init() {}

    /// An object of `members`; of two with the same key the later value wins, at the place of the first.
    public init(_ members: some Sequence<(String, JSON)>) {
        for (key, value) in members {
            self[key] = value
        }
    }

    /// The keys in order.
    public var keys: [String] { members.map(\.key) }

    /// The value of `key`. Setting a new key appends it, setting an old one keeps its place, setting nil removes.
    public subscript(key: String) -> JSON? {
        get { position(of: key).map { members[$0].value } }
        set {
            switch (position(of: key), newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): remove(at: place)
            case (nil, let value?): append(key, value)
            case (nil, nil): break
            }
        }
    }

    /// Removes `key` and returns its value, nil when it was not there. Linear in the number of members.
    @discardableResult
    public mutating func removeValue(forKey key: String) -> JSON? {
        guard let place = position(of: key) else { return nil }
        let value = members[place].value
        remove(at: place)
        return value
    }

    /// Puts the member `newKey` at the place of `key`, which is removed; at the end when `key` is not there.
    package mutating func replace(_ key: String, with newKey: String, _ value: JSON) {
        removeValue(forKey: newKey)
        guard let place = position(of: key) else {
            append(newKey, value)
            return
        }
        members[place] = (newKey, value)
        rebuildIndex()
    }

    /// Appends a member unless its key is there already; returns whether it was appended.
    mutating func appendUnique(_ key: String, _ value: JSON) -> Bool {
        guard members.count > Self.indexThreshold else {
            guard position(of: key) == nil else { return false }
            append(key, value)
            return true
        }
        let indexed = ExactText(key)
        if let place = index.updateValue(members.count, forKey: indexed) {
            index[indexed] = place
            return false
        }
        members.append((key, value))
        return true
    }

    private func position(of key: String) -> Int? {
        if members.count > Self.indexThreshold { return index[ExactText(key)] }
        var key = key
        return key.withUTF8 { bytes in members.firstIndex { $0.key.hasBytes(bytes) } }
    }

    private mutating func append(_ key: String, _ value: JSON) {
        members.append((key, value))
        if members.count > Self.indexThreshold + 1 {
            index[ExactText(key)] = members.count - 1
        } else if members.count == Self.indexThreshold + 1 {
            rebuildIndex()
        }
    }

    private mutating func remove(at place: Int) {
        members.remove(at: place)
        rebuildIndex()
    }

    private mutating func rebuildIndex() {
        index.removeAll()
        guard members.count > Self.indexThreshold else { return }
        for (place, member) in members.enumerated() {
            index[ExactText(member.key)] = place
        }
    }
}

extension JSONObject: RandomAccessCollection {
    public var startIndex: Int { members.startIndex }
    public var endIndex: Int { members.endIndex }
    public subscript(position: Int) -> (key: String, value: JSON) { members[position] }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Of two members with the same key the later value wins.
    public init(dictionaryLiteral members: (String, JSON)...) { self.init(members) }
}

extension JSONObject: Hashable {
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.elementsEqual(right.members) {
            $0.key.hasSameBytes(as: $1.key) && $0.value == $1.value
        }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(members.count)
        for member in members {
            hasher.combine(ExactText(member.key))
            hasher.combine(member.value)
        }
    }
}
