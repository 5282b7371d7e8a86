import HTTPTypes

/// An error as somebody sees it who looks at pages.
struct ErrorPage: Sendable {
    private struct Content: Sendable {
        let problem: String
        let explanation: String
    }

    private let error: APIError

    init(_ error: APIError) {
        self.error = error
    }

    func response(_ templates: PageTemplates) -> WebResponse {
        let content = Content(problem: problem, explanation: explanation)
        var response =
            error.status == .unauthorized
            ? templates.barePage("closed", content, status: error.status)
            : templates.page("error", content, title: problem, status: error.status)
        response.headers.append(contentsOf: error.headers)
        return response
    }

    private var problem: String {
        switch error.status {
        case .unauthorized: "The token is needed"
        case .notFound: "There is no such page"
        default: error.status.reasonPhrase.isEmpty ? "\(error.status.code)" : error.status.reasonPhrase
        }
    }

    private var explanation: String {
        guard error.status == .unauthorized else { return error.message }
        return "Give the token of web.token-file as the password, and any name."
    }
}
