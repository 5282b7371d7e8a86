/// How a dispatcher begins.
enum DispatcherStart: Sendable {
    /// As the daemon's first one: where the engine does not start, it ends with the error.
    case first
    /// As a trial, of a new configuration: any error before every place's engine has answered ends it. `answered` is
    /// called then, and returns when it may go on.
    case trial(answered: @Sendable () async -> Void)
    /// With a configuration that has served before: an engine that does not start is tried again.
    case again
}
