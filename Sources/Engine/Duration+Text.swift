extension Duration {
    /// This duration in seconds, for a message: `1.5 s`, `600 s`.
    package var secondsText: String {
        let tenths = (self / .milliseconds(100)).rounded()
        return tenths.truncatingRemainder(dividingBy: 10) == 0 ? "\(Int(tenths / 10)) s" : "\(tenths / 10) s"
    }
}
