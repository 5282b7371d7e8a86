import HTTPTypes
import Markup
import Mustache

/// The pages' templates, and the headers that pages go with.
struct PageTemplates: Sendable {
    private static let all = [
        "frame": FrameTemplate.text, "overview": OverviewTemplate.text, "batch": BatchTemplate.text,
        "pages": PagesTemplate.text, "prompt": PromptTemplate.text, "error": ErrorTemplate.text,
        "closed": ClosedTemplate.text,
    ].merging(OverviewTemplate.sections) { first, _ in first }

    private let library: MustacheLibrary
    private let heading: String

    /// - Parameter heading: what the service is called.
    /// - Throws: an error of a template that cannot be read.
    init(heading: String) throws {
        MustacheContentTypes.register(PageEscaping(), named: PageEscaping.name)
        var library = MustacheLibrary()
        for (name, text) in Self.all {
            // A template that is used by another one begins with the usual escaping again.
            try library.register("{{% CONTENT_TYPE: \(PageEscaping.name) }}\n" + text, named: name)
        }
        self.library = library
        self.heading = heading
    }

    /// A part of a page.
    func part(_ name: String, _ view: some Sendable) -> String {
        library.render(view, withTemplate: name) ?? ""
    }

    /// A whole page.
    ///
    /// - Parameter name: the template of its content.
    func page(
        _ name: String, _ view: some Sendable, title: String, status: HTTPResponse.Status = .ok
    ) -> WebResponse {
        // Twice 96 bits that nobody can guess: what is in the page by somebody's will does not run.
        let nonce = RecordFile.randomDigits() + RecordFile.randomDigits()
        let frame = PageFrame(
            title: title, heading: heading, nonce: nonce, style: PageStyle.sheet, script: PageScript.text,
            content: part(name, view))
        let policy =
            "style-src 'nonce-\(nonce)'; script-src 'nonce-\(nonce)'; connect-src 'self'; img-src data:; "
            + "form-action 'self'"
        return Self.response(part("frame", frame), policy: policy, status: status)
    }

    /// A page that is whole by itself: without the frame, and what that loads.
    func barePage(_ name: String, _ view: some Sendable, status: HTTPResponse.Status) -> WebResponse {
        Self.response(part(name, view), policy: "form-action 'none'", status: status)
    }

    /// - Parameter policy: what the page may do; without it, nothing.
    private static func response(_ text: String, policy: String, status: HTTPResponse.Status) -> WebResponse {
        var headers = Self.headers
        headers[.contentType] = "text/html; charset=utf-8"
        headers[.contentSecurityPolicy] =
            "default-src 'none'; \(policy); base-uri 'none'; frame-ancestors 'none'"
        return WebResponse(status: status, headers: headers, body: .bytes(Array(text.utf8)))
    }

    /// What all that browsers are sent goes with. No other origin may embed it, and nothing keeps a copy.
    static let headers: HTTPFields = {
        var headers: HTTPFields = [
            .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
            .crossOriginResourcePolicy: "same-origin",
        ]
        if let name = HTTPField.Name("Referrer-Policy") { headers[name] = "no-referrer" }
        if let name = HTTPField.Name("Cross-Origin-Opener-Policy") { headers[name] = "same-origin" }
        return headers
    }()
}

/// What the frame around a page's content shows.
private struct PageFrame: Sendable {
    let title: String
    let heading: String
    let nonce: String
    let style: String
    let script: String
    /// As markup.
    let content: String
}

/// Writes texts into pages: every scalar that markup reserves is escaped.
///
/// The library's own escaping looks at characters. A quotation mark with an accent is none of those that it knows, so that
/// it would end an attribute.
struct PageEscaping: MustacheContentType {
    static let name = "DRAFTSPOOL"

    func escapeText(_ text: String) -> String { MarkupElement.escaped(text) }
}
