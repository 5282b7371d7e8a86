/// What changing from one lane to the next costs a device: the time in which no lane takes prompts.
package struct ChangeCost: Sendable, Hashable {
    /// What is believed before the first start.
    static let assumedSeconds = 5.0

    /// As measured.
    package private(set) var seconds = Self.assumedSeconds
    private var isMeasured = false

    package init() {}

    /// An engine was started in place of none. Until a change was seen its cost is taken to be that.
    package mutating func noteStart(seconds: Double) {
        if !isMeasured { self.seconds = seconds }
    }

    /// A lane took the place of another one. Later changes count half each.
    ///
    /// - Parameter idleSeconds: how long no lane took prompts.
    package mutating func noteChange(idleSeconds: Double) {
        seconds = isMeasured ? (seconds + idleSeconds) / 2 : idleSeconds
        isMeasured = true
    }
}
