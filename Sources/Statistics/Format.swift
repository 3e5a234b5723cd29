import Foundation

/// Numbers and times as people read them, the same in every locale.
public enum Format {
  /// A number with a fixed number of decimals, correctly rounded (ties to even): `-0.50`.
  ///
  /// What rounds to zero has no sign. Numbers that are not finite, or too large to have decimals at
  /// all, are written as Swift writes them.
  ///
  /// - Precondition: `decimals` is between 0 and 15.
  public static func fixed(_ value: Double, decimals: Int) -> String {
    precondition((0...15).contains(decimals), "cannot print \(decimals) decimals")
    let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
    let product = value.magnitude * Double(scale)
    // Above 2^53, not every whole number is a Double.
    guard product < 0x1p53 else { return value.description }

    var rounded = product.rounded(.down)
    // The product may have been rounded onto one half; the remainder tells from which side.
    let remainder = (-product).addingProduct(value.magnitude, Double(scale))
    let excess = product - rounded - 0.5
    let isTieToOdd = remainder == 0 && rounded.truncatingRemainder(dividingBy: 2) == 1
    if excess > 0 || (excess == 0 && (remainder > 0 || isTieToOdd)) { rounded += 1 }

    let (whole, fraction) = Int(rounded).quotientAndRemainder(dividingBy: scale)
    let sign = value < 0 && rounded != 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(whole)" }
    let digits = "\(fraction)"
    let zeros = String(repeating: "0", count: decimals - digits.count)
    return "\(sign)\(whole).\(zeros)\(digits)"
  }

  /// A number with a fixed number of decimals, or with as many as show three of its digits where these
  /// are more: `476.6`, `-0.0577`. Whole numbers need no more.
  public static func legible(_ value: Double, decimals: Int) -> String {
    guard value.isFinite, value != value.rounded() else {
      return fixed(value, decimals: decimals)
    }
    let wanted = 2 - Int(log10(value.magnitude).rounded(.down))
    return fixed(value, decimals: min(max(decimals, wanted), 12))
  }

  /// How many decimals show two digits of an error, from 0 to 12: 1 for 2.5, 4 for 0.0025.
  public static func decimals(ofError error: Double) -> Int {
    guard error > 0, error.isFinite else { return 2 }
    return min(12, max(0, 1 - Int(log10(error).rounded(.down))))
  }

  /// A time span in its two largest units: `0.4 s`, `42 s`, `1 min 05 s`, `2 h 03 min`, `3 d 04 h`.
  public static func duration(_ duration: Duration) -> String {
    let seconds = max(0, duration / .seconds(1))
    if seconds < 9.95 { return "\(fixed(seconds, decimals: 1)) s" }
    // No training lasts a million years; the limit keeps the conversion safe.
    let whole = Int(min(seconds, 3e13).rounded())
    func pair(_ size: Int, _ unit: String, _ part: Int, _ partUnit: String) -> String {
      let rest = whole % size / part
      return "\(whole / size) \(unit) \(rest < 10 ? "0" : "")\(rest) \(partUnit)"
    }
    return switch whole {
    case ..<60: "\(whole) s"
    case ..<3600: pair(60, "min", 1, "s")
    case ..<86400: pair(3600, "h", 60, "min")
    default: pair(86400, "d", 3600, "h")
    }
  }

  /// A speed with three digits: `53.2 k steps/s`.
  ///
  /// - Parameters:
  ///   - perSecond: How many units pass in a second; a dash stands for what is not finite.
  ///   - unit: The unit's name in the plural.
  public static func rate(_ perSecond: Double, _ unit: String) -> String {
    guard perSecond.isFinite else { return "– \(unit)/s" }
    var value = perSecond
    var prefixes = ["", "k ", "M ", "G "][...]
    // 999.5 would be printed as 1000.
    while value.magnitude >= 999.5, prefixes.count > 1 {
      value /= 1000
      prefixes.removeFirst()
    }
    let decimals = value.magnitude < 9.995 ? 2 : value.magnitude < 99.95 ? 1 : 0
    return "\(fixed(value, decimals: decimals)) \(prefixes.first ?? "")\(unit)/s"
  }
}
