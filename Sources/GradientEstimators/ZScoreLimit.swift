import Foundation

/// The distance in standard errors that the largest of some Gaussian coordinates exceeds with a
/// probability of at most `familyWiseError`.
public func zScoreLimit(coordinates: Int, familyWiseError: Double) -> Double {
  precondition(
    coordinates > 0 && familyWiseError > 0 && familyWiseError < 1,
    "zScoreLimit: no limit for \(coordinates) coordinates and the error \(familyWiseError)")
  let tail = familyWiseError / Double(coordinates)
  var (low, high) = (0.0, 40.0)
  for _ in 0..<60 {
    let middle = (low + high) / 2
    if erfc(middle / 2.0.squareRoot()) > tail { low = middle } else { high = middle }
  }
  return high
}
