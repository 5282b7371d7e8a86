/// What a journal entry is about, as the fixed id in its `MESSAGE_ID` field, which the message catalog explains.
///
/// `journalctl MESSAGE_ID=…` finds all entries of one kind; the ids never change.
public enum MessageID: String, CaseIterable, Sendable {
    /// A batch was taken from `incoming/`.
    case batchClaimed = "442e9cfd5e184201a4e2c9602267e2ea"
    /// All prompts of a batch are done and its output is in place.
    case batchFinished = "7965bb8f93bb437ea8457ae56f49f34b"
    /// A batch could not be run at all; its file is in `failed/`.
    case batchFailed = "d9fe38851fdd42a8ac22f65df7130f0b"
    /// A prompt was answered.
    case promptFinished = "75801f0fc8284181ac243028013dd6f3"
    /// A prompt failed for good.
    case promptFailed = "977ff567a8c0473aa860667344d8a8d0"
    /// A prompt failed and will be tried again.
    case promptRetried = "1957d17ea7c246cca7770a9408870075"
    /// Prompts of a batch had no answer by their deadline.
    case promptsExpired = "6ee83a64733d4f229a7f6645fb8da075"
    /// Somebody could not be told of a finished batch for as long as it is tried.
    case hookGivenUp = "9d51ac2612d145ebb5190e26bd203ac8"
    /// An engine runs at a new draft setting and answers.
    case laneStarted = "95b73b85ee9b4906a2e6d8631071f36d"
    /// An engine was stopped on purpose.
    case laneStopped = "a96b22b9824d4b12a3d263d1ba914241"
    /// An engine ended that should not have.
    case laneCrashed = "506c405c90344a82a53b6d73e6ee059d"
    /// No engine starts at a draft setting, which is left alone for a while.
    case settingUnavailable = "3f0c5a7d9a5b4d0f8f5d2b1c7e6a4938"
    /// Prompts are kept from an engine until what is wrong with it, or on the way to it, is mended.
    case enginePaused = "84c10b8e99bd45e3a75319321337117e"
    /// A paused engine answers again.
    case engineResumed = "dbab64918a2542ecae2a39f12854dcdc"
    /// The configuration was read again and holds.
    case configReloaded = "f657b5b4f0ab4846aca3e4456d872b09"
    /// The configuration was read again and refused; the old one holds.
    case configRefused = "4b08cc0e805347c7a30129f53cf365b6"
    /// The spool is watched and the engine answers.
    case daemonReady = "d696dae3bdcd4579a8955656573914ae"
    /// The daemon stops: prompts in flight are finished, the rest stay queued.
    case daemonStopping = "4a6a42608ac54810a6783eecd068aa6c"
    /// Something in `incoming/` is no file and was left alone.
    case spoolEntryIgnored = "f3b2815e50de445aa0c55bed743dfafa"
}
