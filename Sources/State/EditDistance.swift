/// The least number of characters to insert, delete or replace that turns one text into another.
///
/// Source: R. A. Wagner and M. J. Fischer, "The String-to-String Correction Problem" (1974).
public func editDistance(_ first: String, _ second: String) -> Int {
  let target = Array(second)
  // The distances of the prefix of `first` read so far to all prefixes of `second`.
  var distances = Array(0...target.count)
  for (row, character) in first.enumerated() {
    var diagonal = distances[0]
    distances[0] = row + 1
    for (column, other) in target.enumerated() {
      let replaced = character == other ? diagonal : diagonal + 1
      diagonal = distances[column + 1]
      distances[column + 1] = min(replaced, diagonal + 1, distances[column] + 1)
    }
  }
  return distances[target.count]
}

/// The name that takes the fewest changed characters to get from `name`, the first of equals,
/// whatever the case of the letters; `nil` without any.
public func nearestName(to name: String, among names: [String]) -> String? {
  let wanted = name.lowercased()
  return names.map { (name: $0, distance: editDistance(wanted, $0.lowercased())) }
    .min { $0.distance < $1.distance }?.name
}
