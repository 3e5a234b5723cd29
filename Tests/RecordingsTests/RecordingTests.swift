import ClassicControl
import Files
import Foundation
import Recordings
import ReinforcementLearning
import State
import TestSupport
import Testing

@Suite struct RecordingTests {
  /// The hundredths of a second for which the frames of a GIF are shown.
  private func delays(of gif: Data) -> [Int] {
    // Before each image is a block with its delay.
    let mark = Data([0x21, 0xF9, 0x04])
    var (delays, rest) = ([Int](), gif[...])
    while let range = rest.firstRange(of: mark) {
      rest = rest[range.upperBound...]
      delays.append(Int(rest[rest.startIndex + 1]) + Int(rest[rest.startIndex + 2]) << 8)
    }
    return delays
  }

  /// Plays some steps of an environment.
  private func play(
    _ environment: some Environment<Discrete>, steps: Int, episodes: Int = 1,
    into recording: Recording
  ) {
    var recorded = RecordedEnvironment(environment, into: recording)
    for _ in 0..<episodes {
      _ = recorded.reset(seed: 2)
      for step in 0..<steps { _ = recorded.step(step % 2) }
    }
  }

  @Test func aFrameForEachResetAndStep() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("a.gif")
      let recording = try Recording(to: path, width: 60, height: 40, framesPerSecond: 30)
      play(
        TimeLimit(CartPole(), maxEpisodeSteps: 4), steps: 4, episodes: 2, into: recording)
      #expect(!Folder.hasEntry(path))
      try recording.finish()
      let gif = try Data(contentsOf: URL(filePath: path.text))
      #expect(recording.frameCount == 10 && recording.format == .gif)
      // Thirty frames take a second, and the last one of an episode one by itself.
      #expect(delays(of: gif) == [3, 3, 4, 3, 100, 3, 4, 3, 3, 100])
      #expect(Array(gif[6..<10]) == [60, 0, 40, 0])
      #expect(Folder.contents(of: folder) == ["a.gif"])
    }
  }

  @Test func theSameEpisodeGivesTheSameBytes() throws {
    try withTemporaryFolder { folder in
      for name in ["a.gif", "b.GIF"] {
        let recording = try Recording(
          to: folder.appending(name), width: 90, height: 60, framesPerSecond: 50)
        play(CartPole(), steps: 20, into: recording)
        try recording.finish()
      }
      let bytes = try ["a.gif", "b.GIF"].map {
        try Data(contentsOf: URL(filePath: folder.appending($0).text))
      }
      #expect(bytes[0] == bytes[1])
    }
  }

  @Test(arguments: [
    ("frames", ["frame-0001.png", "frame-0002.png", "frame-0003.png"]),
    ("new/", ["frame-0001.png", "frame-0002.png", "frame-0003.png"]),
    ("frames/x%02d-y.png", ["x01-y.png", "x02-y.png", "x03-y.png"]),
    ("frames/%d.PNG", ["1.PNG", "2.PNG", "3.PNG"]),
  ])
  func imagesAreNumbered(name: String, files: [String]) throws {
    try withTemporaryFolder { folder in
      _ = try Folder.make(folder.appending("frames"))
      let recording = try Recording(
        to: folder.appending(name), width: 60, height: 40, framesPerSecond: 100)
      play(CartPole(), steps: 2, into: recording)
      try recording.finish()
      let place = folder.appending(name.hasPrefix("new") ? "new" : "frames")
      #expect(Folder.contents(of: place) == files)
      for file in files {
        let data = try Data(contentsOf: URL(filePath: place.appending(file).text))
        #expect(data.starts(with: [0x89, 0x50, 0x4E, 0x47]))
      }
      // A second recording does not write over the first one, and says so.
      let second = try Recording(
        to: folder.appending(name), width: 60, height: 40, framesPerSecond: 100)
      play(CartPole(), steps: 2, into: second)
      let error = #expect(throws: Failure.self) { try second.finish() }
      #expect(error?.description.contains("it is there already") == true)
    }
  }

  @Test func whoeverPlaysComesToAnEndOnceItHasFailed() throws {
    try withTemporaryFolder { folder in
      let place = folder.appending("frames/")
      let recording = try Recording(to: place, width: 60, height: 40, framesPerSecond: 9)
      var recorded = RecordedEnvironment(CartPole(), into: recording)
      _ = recorded.reset(seed: 1)
      #expect(!recorded.step(0).isTruncated)
      try Data().write(to: URL(filePath: place.appending("frame-0003.png").text))
      #expect(recorded.step(0).isTruncated && recording.failure?.kind == .failed)
      #expect(throws: Failure.self) { try recording.finish() }
    }
  }

  @Test(arguments: [
    ("a.jpg", 30, Failure.Kind.usage, "names no format for a recording"),
    ("a.png", 30, .usage, "names no format for a recording"),
    ("%d-%d.png", 30, .usage, "names no format for a recording"),
    ("%4d.png", 30, .usage, "names no format for a recording"),
    ("a.gif", 51, .usage, "51 frames in a second are too many; choose at most 50, or let"),
    ("a.mp4", 241, .usage, "241 frames in a second are too many; choose at most 240."),
    ("there.gif", 30, .failed, "it is there already; choose another name or delete"),
    ("there.mp4", 30, .failed, "it is there already; choose another name or delete"),
    ("none/a.gif", 30, .failed, "there is no such file or folder"),
  ])
  func saysAtOnceWhatIsWrong(
    name: String, rate: Int, kind: Failure.Kind, sentence: String
  ) throws {
    try withTemporaryFolder { folder in
      for name in ["there.gif", "there.mp4"] {
        try Data().write(to: URL(filePath: folder.appending(name).text))
      }
      let error = #expect(throws: Failure.self) {
        try Recording(
          to: folder.appending(name), width: 60, height: 40, framesPerSecond: rate)
      }
      #expect(error?.kind == kind)
      #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "")")
      #expect(Folder.contents(of: folder) == ["there.gif", "there.mp4"])
    }
  }

  /// Without the program this says how to go on; with it there is a film.
  @Test func filmsAreMadeByAnotherProgram() throws {
    let isThere = ChildProcess(["ffmpeg", "-version"]) != nil
    try withTemporaryFolder { folder in
      let path = folder.appending("a film.mp4")
      guard isThere else {
        let error = #expect(throws: Failure.self) {
          try Recording(to: path, width: 60, height: 40, framesPerSecond: 30)
        }
        #expect(
          error?.description
            == "There is no program ffmpeg, which makes MP4; install it, or let the name end with .gif."
        )
        #expect(Folder.contents(of: folder).isEmpty)
        return
      }
      do {
        // Nothing is left of one that is given up.
        let recording = try Recording(to: path, width: 60, height: 40, framesPerSecond: 30)
        play(CartPole(), steps: 2, into: recording)
      }
      #expect(Folder.contents(of: folder).isEmpty)
      let recording = try Recording(to: path, width: 61, height: 41, framesPerSecond: 30)
      play(CartPole(), steps: 9, into: recording)
      try recording.finish()
      #expect(Folder.contents(of: folder) == ["a film.mp4"])
      let data = try Data(contentsOf: URL(filePath: path.text))
      #expect(data[4..<8] == Data("ftyp".utf8) && data.count > 1000)
      // Sizes are even in a film.
      let probe = ChildProcess([
        "ffprobe", "-v", "error", "-count_frames", "-show_entries",
        "stream=codec_name,width,height,avg_frame_rate,nb_read_frames", "-of", "csv=p=0", path.text,
      ])
      var stream = ""
      _ = try #require(probe).run { bytes in
        stream += String(decoding: bytes, as: UTF8.self)
        return true
      }
      #expect(stream == "h264,62,42,30/1,10\n")
    }
  }

  @Test func environmentsWithoutADrawingShowTheirObservations() throws {
    var corridor = Corridor()
    let observation = corridor.reset(seed: 0)
    let expected = Drawing(observation: observation.scalars, in: corridor.observationSpace)
    #expect(corridor.currentDrawing(observation) == expected)
    var cart = TimeLimit(CartPole(), maxEpisodeSteps: 9)
    let start = cart.reset(seed: 0)
    #expect(cart.currentDrawing(start) == cart.base.drawing)
  }
}
