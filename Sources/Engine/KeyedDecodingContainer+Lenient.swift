extension KeyedDecodingContainer {
    /// The value under `key`, or nil where it is absent, null or of another type.
    ///
    /// Engines differ in the optional parts of their answers; an odd one of those must not cost the answer.
    func lenient<Value: Decodable>(_ key: Key, as type: Value.Type = Value.self) -> Value? {
        (try? decodeIfPresent(type, forKey: key)) ?? nil
    }
}
