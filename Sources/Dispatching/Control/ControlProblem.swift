/// Why a request of a person cannot be carried out, in words for them.
struct ControlProblem: Error {
    let message: String
    let remedy: String
}
