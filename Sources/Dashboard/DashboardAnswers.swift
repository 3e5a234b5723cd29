import Files
internal import FlyingFox
import Foundation
import Pages

/// What the dashboard answers to a request. It only reads.
struct DashboardAnswers: HTTPHandler {
  let model: DashboardModel
  let replays: RunReplays
  /// The names under which a browser may ask; `nil` for any.
  ///
  /// A page elsewhere can have its own name lead to this machine, and would read all answers then.
  let hosts: Set<String>?

  func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
    guard request.method == .GET || request.method == .HEAD else {
      return refusal(.methodNotAllowed, "The dashboard only shows; it takes nothing.")
    }
    if let hosts, !hosts.contains(Self.host(request.headers[.host] ?? "")) {
      return refusal(
        .forbidden, "The dashboard is asked by this machine's own name only; start it with --host.")
    }
    func numbers(_ name: String) -> [Int] { Self.numbers(request.query[name] ?? "") }
    let column = request.query["column"] ?? ""
    let axis = request.query["axis"] ?? ""
    let window = min(max(Int(request.query["window"] ?? "") ?? 1, 1), 10_000)
    switch request.path {
    case "/": return html(Self.page)
    case "/runs": return await json(model.runs())
    case "/curves":
      return await json(
        model.curves(of: numbers("ids"), column: column, axis: axis, window: window))
    case "/groups":
      return await json(
        model.groups(
          of: numbers("ids"), column: column, axis: axis, window: window,
          byVariant: request.query["by"] == "variant"))
    case "/run":
      guard let run = await model.run(numbers("id").first ?? 0, axis: axis) else {
        return refusal(.notFound, "The run is no longer there.")
      }
      return json(run)
    case "/replays":
      guard let path = await model.path(of: numbers("id").first ?? 0) else {
        return refusal(.notFound, "The run is no longer there.")
      }
      return await json(replays.json(of: path))
    case "/events":
      let id = request.headers[HTTPHeader("Last-Event-ID")] ?? request.query["since"]
      return HTTPResponse(
        statusCode: .ok,
        headers: [.contentType: "text/event-stream", HTTPHeader("Cache-Control"): "no-store"],
        body: HTTPBodySequence(from: ChangeEvents(model: model, since: Int(id ?? "") ?? 0)))
    case let path where path.hasPrefix("/files/"):
      guard let data = await model.page(String(path.dropFirst("/files/".count))) else {
        return refusal(.notFound, "There is no such page below the folder.")
      }
      return html(data, isForeign: true)
    default: return refusal(.notFound, "There is no such page.")
    }
  }

  private static let page = Page.document(
    title: "Dashboard", body: String(decoding: PackageResources.dashboard_html, as: UTF8.self),
    styles: [PackageResources.dashboard_css], scripts: [PackageResources.dashboard_js],
    mayConnect: true)

  /// The name in a request's Host, without the port.
  static func host(_ text: String) -> String {
    if text.hasPrefix("["), let end = text.firstIndex(of: "]") { return String(text[...end]) }
    return String(text.prefix { $0 != ":" }).lowercased()
  }

  /// Numbers and ranges with commas between them, such as `1,4-7`; not more than a page can show.
  static func numbers(_ text: String) -> [Int] {
    var numbers: [Int] = []
    for part in text.split(separator: ",") {
      let ends = part.split(separator: "-").map { Int($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2,
        first <= last, first >= 0, last - first <= 5000
      else { continue }
      numbers += first...last
      if numbers.count > 5000 { return Array(numbers.prefix(5000)) }
    }
    return numbers
  }

  // MARK: Responses

  private static let safety: HTTPHeaders = [
    HTTPHeader("Cache-Control"): "no-store", HTTPHeader("X-Content-Type-Options"): "nosniff",
    HTTPHeader("Referrer-Policy"): "no-referrer",
  ]

  private func json(_ text: String) -> HTTPResponse {
    var headers = Self.safety
    headers[.contentType] = "application/json"
    return HTTPResponse(statusCode: .ok, headers: headers, body: Data(text.utf8))
  }

  /// - Parameter isForeign: Whether the page lay in the folder, where anybody may have put it.
  private func html(_ data: Data, isForeign: Bool = false) -> HTTPResponse {
    var headers = Self.safety
    headers[.contentType] = "text/html; charset=utf-8"
    if isForeign {
      headers[HTTPHeader("Content-Security-Policy")] =
        "sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; "
        + "script-src 'unsafe-inline'; img-src data:"
    }
    return HTTPResponse(statusCode: .ok, headers: headers, body: data)
  }

  private func refusal(_ code: HTTPStatusCode, _ sentence: String) -> HTTPResponse {
    var headers = Self.safety
    headers[.contentType] = "text/plain; charset=utf-8"
    return HTTPResponse(statusCode: code, headers: headers, body: Data((sentence + "\n").utf8))
  }
}

extension [HTTPRequest.QueryItem] {
  fileprivate subscript(name: String) -> String? { first { $0.name == name }?.value }
}
