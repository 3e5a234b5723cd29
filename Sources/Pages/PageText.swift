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

/// A text in JSON's quotes that may stand in a script's element, which a tag in it would end.
public func pageQuoted(_ text: String) -> String {
  JSONValue.quoted(text).replacing("<", with: "\\u003c").replacing("\u{2028}", with: "\\u2028")
    .replacing("\u{2029}", with: "\\u2029")
}
