import Files

/// A number with six digits, which no screen shows more exactly; `null` for what is not finite.
public func pageNumber(_ value: Double) -> String {
  guard value.isFinite else { return "null" }
  if let whole = Int(exactly: value), whole.magnitude < 1 << 53 { return "\(whole)" }
  // Powers of ten up to 10²² are exact.
  var scale = 1.0
  var size = value.magnitude
  guard size > 1e-15, size < 1e15 else { return "\(value)" }
  while size < 1e5 {
    size *= 10
    scale *= 10
  }
  let rounded = (value * scale).rounded() / scale
  return Int(exactly: rounded).map { "\($0)" } ?? "\(rounded)"
}

/// Numbers with six digits, as an array.
public func pageNumbers(_ values: [Double]) -> String {
  "[\(values.map(pageNumber).joined(separator: ","))]"
}

/// Texts that stand on a page once each, however often they are needed.
public struct PageTexts: Sendable {
  private var places: [String: Int] = [:]
  /// The texts, by place.
  public private(set) var texts: [String] = []

  public init() {}

  /// The place of a text, which is the next one if it is new.
  public mutating func place(of text: String) -> Int {
    if let place = places[text] { return place }
    places[text] = texts.count
    texts.append(text)
    return texts.count - 1
  }
}

/// A text in JSON's quotes that may stand in a script's element, which a tag in it would end.
public func pageQuoted(_ text: String) -> String {
  JSONValue.quoted(text).replacing("<", with: "\\u003c").replacing("\u{2028}", with: "\\u2028")
    .replacing("\u{2029}", with: "\\u2029")
}
