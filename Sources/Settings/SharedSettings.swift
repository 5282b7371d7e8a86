import Synchronization

/// The settings in force; a reload replaces them for everyone.
package final class SharedSettings: Sendable {
    private let settings: Mutex<Settings>

    package init(_ settings: Settings) {
        self.settings = Mutex(settings)
    }

    /// The settings now.
    package var current: Settings { settings.withLock { $0 } }

    /// Puts new settings in force.
    package func replace(by new: Settings) {
        settings.withLock { $0 = new }
    }
}
