import AutoencoderCommands
import Experiments
import Files
import Foundation
import Testing

@Suite struct AutoencoderProgramTests {
  private let flags = [
    "--latents", "3", "--batch", "7", "--steps", "12", "--cv-width", "4", "--eval-every", "4",
    "--quiet",
  ]

  /// Trains for a moment and hands over the folder, whose run is called "a".
  private func withRun(
    _ more: String..., body: (_ folder: Path, _ run: Path) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let run = folder.appending("a")
      let arguments = ["--data", try folder.writeImages(), "--run-dir", run.text]
      let result = command(arguments + flags + more)
      #expect(result.code == 0 && result.output == run.text, "\(result)")
      try body(folder, run)
    }
  }

  @Test func trainsAndGoesOn() throws {
    try withRun { (folder: Path, run: Path) throws in
      #expect(
        try run.files().keys.sorted() == [
          "checkpoints/best.safetensors", "checkpoints/final.safetensors",
          "checkpoints/latest.safetensors", "checkpoints/middle.safetensors", "config.json",
          "metrics.csv", "report.html", "result.json",
        ] + [0, 1, 2, 4, 8].map { "samples/00000\($0).png" } + ["samples/000012.png"])
      #expect(try run.rows(of: "metrics.csv").map { $0[0] } == ["step", "4", "8", "12"])
      let longer = command(["--run-dir", run.text, "--resume", "--steps", "16"])
      #expect(longer.code == 0 && longer.output.contains("ELBO, nats an image: training -"))
      #expect(try run.rows(of: "metrics.csv").map { $0[0] } == ["step", "4", "8", "12", "16"])
      for change in [
        ["--latents", "4"], ["--seed", "1"], ["--steps", "15"], ["--estimator", "rebar"],
      ] {
        let refused = command(["--run-dir", run.text, "--resume"] + change)
        #expect(refused.code == 64 && refused.notes.contains(change[0]), "\(refused)")
      }
    }
  }

  @Test func wrongUsageLeavesNothingBehind() throws {
    try withTemporaryFolder { folder in
      let images = try folder.writeImages()
      for flags in [
        ["--batch", "51"], ["--estimator", "lax"], ["--preset", "none"], ["--lr", "0.1"],
        ["--speed", "1"], ["--samples", "3"],
      ] {
        let result = command(["--data", images, "--run-dir", folder.appending("a").text] + flags)
        #expect(result.code == 64 && !result.notes.isEmpty, "\(flags)")
      }
      #expect(Folder.contents(of: folder) == ["images"])
    }
  }

  @Test func comparesVariants() throws {
    try withTemporaryFolder { folder in
      let arguments = [
        "compare", "--data", try folder.writeImages(), "--run-dir", folder.appending("c").text,
        "--seeds", "2", "--jobs", "1", "--variance-every", "8", "--estimators",
        "rloo,relaxed-rebar:model=linear2;cv-depth=2",
      ]
      let result = command(arguments + flags.dropLast())
      #expect(result.code == 0, "\(result)")
      for title in [
        "training ELBO", "test bound, 100 samples", "log-variance, encoder", "ms per step",
      ] {
        #expect(result.output.contains(title))
      }
      let files = Folder.contents(of: folder.appending("c"))
      #expect(files.contains("figure.svg") && files.contains("metrics.csv"))
      // The last picture of each variant.
      let page = String(
        decoding: try folder.appending("c").data("comparison.html"), as: UTF8.self)
      #expect(page.ranges(of: "src=\"data:image/png").count == 2)
      #expect(page.contains("rloo, seed 0, after 12 steps"))
      #expect(Folder.contents(of: folder.appending("c/runs")).count == 4)
    }
  }

  @Test func evaluationLeavesTheRunAsItIs() throws {
    try withRun("--model", "linear2") { folder, run in
      let other = try folder.writeImages(to: "other", train: 24, test: 3, seed: 2)
      let before = try run.files()
      let shared = ["--draws", "3", "--fit-steps", "9", "--importance-samples", "3"]
      for (flags, word) in [
        ([], "After 12 steps"), (["--best"], "test"), (["--data", other], "20"),
        (["--variance", "rloo,nvil:cv-depth=2"], "nvil:cv-depth=2"),
        (["--variance", "all"], "relax"),
        (["--variance", "exact"], "exact"),
      ] {
        let result = command(["evaluate", run.text] + shared + flags)
        #expect(result.code == 0 && result.output.contains(word), "\(flags): \(result)")
        #expect(try run.files() == before)
      }
    }
  }

  @Test func whatCannotBeEvaluatedIsRefused() throws {
    try withRun { folder, run in
      let turned = try folder.writeImages(to: "turned", width: 3, height: 4)
      let few = try folder.writeImages(to: "few", train: 7)
      for (flags, code, message) in [
        (
          ["--importance-samples", "0"], 64,
          "--importance-samples is 0, but must be from 1 to 1000000."
        ),
        (["--fit-steps=-1"], 64, "--fit-steps is -1, but must be from 0"),
        (["--draws", "1"], 64, "--draws is 1, but must be from 2"),
        (["--variance", "rloo,relux"], 64, "relux"),
        (["--data", turned], 64, "is of images of 4x3 pixels, not 3x4 as in turned; name images"),
        (
          ["--data", few, "--variance", "rloo"], 64,
          "few has 6 training images, less than the run's batch of 7; name more images with --data."
        ),
        (["--data", folder.appending("none").text], 1, "does not exist"),
      ] as [([String], Int32, String)] {
        let result = command(["evaluate", run.text] + flags)
        #expect(result.code == code && result.notes.contains(message), "\(flags): \(result)")
      }
    }
  }

  // MARK: Pictures

  @Test func whatIsLearnedIsSeenOnTheWay() throws {
    try withRun { folder, run in
      for picture in ["000000", "000012"] {
        #expect(
          try size(run.data("samples/\(picture).png")) == grid(columns: 16, rows: 4, scale: 1))
      }
      #expect(try run.data("samples/000000.png") != run.data("samples/000012.png"))
      let page = String(decoding: try run.data("report.html"), as: UTF8.self)
      #expect(page.ranges(of: "src=\"data:image/png").count == 6)
      #expect(page.contains("after 0 steps") && page.contains("after 12 steps"))
    }
  }

  /// The size that the header of a PNG tells.
  private func size(_ png: Data) throws -> [Int] {
    let bytes = [UInt8](png)
    try #require(bytes.count > 24 && bytes[1..<4].elementsEqual("PNG".utf8))
    return [16, 20].map { bytes[$0..<$0 + 4].reduce(0) { $0 << 8 | Int($1) } }
  }

  /// The size of a grid of images of 4 by 3 pixels, with lines of one pixel around them.
  private func grid(columns: Int, rows: Int, scale: Int = 2) -> [Int] {
    [1 + columns * (4 * scale + 1), 1 + rows * (3 * scale + 1)]
  }

  @Test func picturesAreGrids() throws {
    try withRun { folder, run in
      for (name, flags, expected) in [
        ("sample", [], grid(columns: 16, rows: 4)),
        (
          "sample", ["--count", "7", "--columns", "3", "--scale", "5"],
          grid(columns: 3, rows: 3, scale: 5)
        ),
        ("sample", ["--count", "1"], grid(columns: 1, rows: 1)),
        // Ten test images side by side above their copies, for there are no more.
        ("reconstruct", [], grid(columns: 10, rows: 2)),
        ("reconstruct", ["--count", "10", "--columns", "4"], grid(columns: 4, rows: 6)),
        ("reconstruct", ["--count", "3", "--columns", "1"], grid(columns: 1, rows: 6)),
      ] as [(String, [String], [Int])] {
        let picture = folder.appending(UUID().uuidString + ".png")
        let arguments = [name, run.text, "--output", picture.text]
        #expect(command(arguments + flags).output == picture.text)
        let first = try RegularFile.contents(of: picture)
        #expect(try size(first) == expected, "\(name) \(flags)")
        // A picture that is there stays, and the seed decides what is drawn.
        let again = command(arguments + flags)
        #expect(again.code == 1 && again.notes.contains("it is there already; choose another name"))
        #expect(unlink(picture.text) == 0)
        _ = command(arguments + flags)
        #expect(try RegularFile.contents(of: picture) == first)
        #expect(unlink(picture.text) == 0)
        _ = command(arguments + flags + ["--seed", "4"])
        #expect(try RegularFile.contents(of: picture) != first)
      }
    }
  }

  @Test func wrongPicturesAreRefused() throws {
    try withRun { folder, run in
      for name in ["sample", "reconstruct"] {
        for flags in [
          ["--count", "0"], ["--columns", "1001"], ["--scale", "33"], ["--seed", "-1"],
        ] {
          #expect(command([name, run.text] + flags).code == 64)
        }
        for (file, code) in [("a.jpg", 64), ("none/a.png", 1)] as [(String, Int32)] {
          let path = folder.appending(file)
          #expect(command([name, run.text, "--output", path.text]).code == code)
          #expect(!Folder.hasEntry(path))
        }
      }
    }
  }

  // MARK: The rest

  @Test func saysWhatThereIs() {
    let list = command(["list"])
    #expect(list.code == 0)
    for word in ["nonlinear-published", "relaxed-rebar", "paper"] {
      #expect(list.output.contains(word))
    }
    #expect(command(["--version"]).code == 0 && !command(["--version"]).output.isEmpty)
    let fetch = command(["fetch", "cifar"])
    #expect(fetch.code == 64 && fetch.notes.contains("there is mnist"))
  }
}
