/// An episode that a page draws again, frame by frame.
public struct Replay: Sendable {
  /// What plays: "final agent".
  public var title: String
  /// What is to be said about it, in a sentence.
  public var note: String
  /// The frames and the shapes in them.
  let film: String

  /// How much of the page's file it takes.
  public var byteCount: Int { json.utf8.count }

  /// The object that `replay.js` draws from.
  public var json: String {
    "{\"title\":\(pageQuoted(title)),\"note\":\(pageQuoted(note)),\(film)}"
  }

  /// A replay of what was filmed.
  public init(title: String, note: String, film: String) {
    (self.title, self.note, self.film) = (title, note, film)
  }
}
