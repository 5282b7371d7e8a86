/// Receives the features of one request. Families come one after another, each between `open` and `close`.
package protocol FeatureSink {
    /// A family begins.
    mutating func open(_ space: FeatureSpace)

    /// A hashed feature of the open family. `name` makes its readable form and is only called by sinks that want it.
    mutating func add(_ hash: UInt32, name: () -> String)

    /// The family ends; its features are scaled by how many there were.
    mutating func close()

    /// A property of the request holds.
    mutating func add(_ property: StructuralFeature)
}
