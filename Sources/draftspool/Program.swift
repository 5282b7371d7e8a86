import DaemonProgram

/// One file is both programs: called `draftspoold`, it is the daemon, and by any other name the user's tool.
@main
enum Program {
    static func main() async {
        guard DaemonProgram.isCalled else { return await DraftspoolTool.main() }
        DaemonProgram.prepareProcess()
        await DaemonProgram.run()
    }
}
