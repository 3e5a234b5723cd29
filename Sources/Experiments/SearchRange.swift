import Files
import Foundation

/// Where a search looks for good values of a setting.
public enum SearchRange: Sendable, Equatable {
  /// Numbers, those of each order of magnitude as often as those of any other.
  case logarithmic(ClosedRange<Double>)
  /// Numbers, all as often.
  case linear(ClosedRange<Double>)
  /// Whole numbers, all as often.
  case integers(ClosedRange<Int>)
  /// Some values, as a flag has them.
  case choice([String])

  /// The value at a fraction of the way through the range, as the flag's text.
  public func value(at fraction: Double) -> String {
    switch self {
    case .logarithmic(let range):
      let logarithm = log(range.lowerBound) + fraction * log(range.upperBound / range.lowerBound)
      return Self.short(exp(logarithm))
    case .linear(let range):
      return Self.short(range.lowerBound + fraction * (range.upperBound - range.lowerBound))
    case .integers(let range):
      return "\(min(range.upperBound, range.lowerBound + Int(fraction * Double(range.count))))"
    case .choice(let values):
      return values[min(values.count - 1, Int(fraction * Double(values.count)))]
    }
  }

  /// Reads `0.001..0.1` (orders of magnitude alike where both ends are positive and one is at least ten
  /// times the other), `1..8`, or values with bars between them: `tanh|relu`; `nil` for anything else.
  public init?(_ text: String) {
    if let dots = text.firstRange(of: "..") {
      let (first, last) = (text[..<dots.lowerBound], text[dots.upperBound...])
      if let low = Int(first), let high = Int(last), low < high {
        self = .integers(low...high)
      } else if let low = Double(first), let high = Double(last), low < high, high.isFinite {
        self = low > 0 && high >= 10 * low ? .logarithmic(low...high) : .linear(low...high)
      } else {
        return nil
      }
    } else {
      let values = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      guard values.count > 1, !values.contains("") else { return nil }
      self = .choice(values)
    }
  }

  /// Three digits are enough for a search.
  private static func short(_ value: Double) -> String {
    String(format: "%.3g", locale: Locale(identifier: "en_US_POSIX"), value)
  }
}
