import Speculation

/// What happens to the engines of a place.
enum LaneEvent: Sendable {
    /// The lane that serves gives way to one at this setting.
    case change(DraftSetting)
    /// A lane has served and its engine waits.
    case waits
    /// An engine has ended, with the error that ended it if anybody was served by it.
    case ended((any Error)?)
}
