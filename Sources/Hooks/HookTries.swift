/// What came of the tries to tell of batches, since the daemon started.
package struct HookTries: Sendable, Hashable {
    package var delivered = 0
    /// Tried in vain, and tried again.
    package var failed = 0
    /// Of those that were not tried again.
    package var givenUp = 0

    package init() {}
}
