import Foundation
import Testing

@testable import Spool

@Suite struct IncomingEntryTests {
    private func kind(
        _ name: String, in spool: TestSpool, settleTime: Duration = .seconds(5)
    ) -> IncomingEntry.Kind? {
        IncomingEntry(
            found: FileName(name), in: spool.layout, history: nil, settleTime: settleTime)?.kind
    }

    @Test func anOpenWriterMakesItGrowing() throws {
        let spool = try TestSpool()
        let path = spool.layout.incoming + "/a"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o640)
        try #require(descriptor >= 0)
        #expect(kind("a", in: spool) == .growing)
        close(descriptor)
        #expect(kind("a", in: spool) == .complete(.known))
    }

    @Test func anOpenReaderDoesNotMatter() throws {
        let spool = try TestSpool()
        try spool.drop("a", "x")
        let descriptor = open(spool.layout.incoming + "/a", O_RDONLY | O_CLOEXEC)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        #expect(kind("a", in: spool) == .complete(.known))
    }

    @Test func whatIsNoRegularFileIsForeign() throws {
        let spool = try TestSpool()
        let incoming = spool.layout.incoming
        try spool.drop("target", "x")
        try #require(symlink("target", incoming + "/link") == 0)
        try #require(symlink("nowhere", incoming + "/dangling") == 0)
        try #require(mkfifo(incoming + "/fifo", 0o600) == 0)
        try #require(mkdir(incoming + "/directory", 0o700) == 0)
        #expect(kind("link", in: spool) == .foreign("a symbolic link"))
        #expect(kind("dangling", in: spool) == .foreign("a symbolic link"))
        #expect(kind("fifo", in: spool) == .foreign("a FIFO"))
        #expect(kind("directory", in: spool) == .foreign("a directory"))
    }

    @Test func aSocketIsForeign() throws {
        let spool = try TestSpool()
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array((spool.layout.incoming + "/socket").utf8) + [0]
        try #require(path.count <= MemoryLayout.size(ofValue: address.sun_path))
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
        #expect(kind("socket", in: spool) == .foreign("a socket"))
    }

    @Test(arguments: [".a", "a.part", "a.tmp", "a~"])
    func workInProgressIsNoEntry(name: String) throws {
        let spool = try TestSpool()
        try spool.drop(name, "x")
        #expect(kind(name, in: spool) == nil)
    }

    @Test func nothingUnderTheNameIsNoEntry() throws {
        #expect(kind("gone", in: try TestSpool()) == nil)
    }

    /// Where the kernel does not tell who writes, what was seen of a file decides.
    @Test(
        arguments: [
            (nil, Duration.zero, IncomingEntry.Kind.complete(.quiet)), (nil, .seconds(60), .growing),
            (.created, .zero, .complete(.quiet)), (.opened, .zero, .growing),
            (.announced, .seconds(60), .complete(.announced)),
        ] as [(IncomingEntry.History?, Duration, IncomingEntry.Kind)])
    func whatWasSeenDecidesWhereTheKernelIsSilent(
        history: IncomingEntry.History?, settleTime: Duration, kind: IncomingEntry.Kind
    ) throws {
        let spool = try TestSpool()
        try spool.drop("a", "x")
        let layout = SpoolLayout(root: spool.layout.root, disk: SilentKernel())
        let entry = IncomingEntry(found: FileName("a"), in: layout, history: history, settleTime: settleTime)
        #expect(entry?.kind == kind)
    }

    /// A further name is not made by a writer, so that none will close it.
    @Test func aHardLinkIsTakenAlthoughItsNameWasSeenOpened() throws {
        let spool = try TestSpool()
        try spool.drop(".a.part", "x")
        try #require(link(spool.layout.incoming + "/.a.part", spool.layout.incoming + "/a") == 0)
        let layout = SpoolLayout(root: spool.layout.root, disk: SilentKernel())
        let entry = IncomingEntry(found: FileName("a"), in: layout, history: .opened, settleTime: .zero)
        #expect(entry?.kind == .complete(.quiet))
    }
}
