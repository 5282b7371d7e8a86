import Glibc
import Spool

extension SpoolStatus {
    /// What this process says of itself; nil while there is only what an earlier one left.
    static func ofThisProcess(in layout: SpoolLayout) throws(SpoolError) -> SpoolStatus? {
        guard let status = try read(from: layout), status.processID == getpid() else { return nil }
        return status
    }
}
