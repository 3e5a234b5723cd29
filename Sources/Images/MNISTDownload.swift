import Files
import Foundation
import State

/// Fetches MNIST, the images of handwritten digits and their labels (Y. LeCun, C. Cortes and
/// C. J. C. Burges), from public mirrors.
public enum MNISTDownload {
  /// Where the files are, in the order in which to try.
  public static let mirrors = [
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
  ].compactMap { URL(string: $0) }

  /// The four files, compressed with gzip.
  public static let files = [
    PublishedFile(
      name: "train-images-idx3-ubyte.gz", size: 9_912_422, md5: "f68b3c2dcbeaaa9fbdd348bbdeb94873",
      contentMD5: "6bbc9ace898e44ae57da46a324031adb"),
    PublishedFile(
      name: "train-labels-idx1-ubyte.gz", size: 28_881, md5: "d53e105ee54ea40749a09fcbcd1e9432",
      contentMD5: "a25bea736e30d166cdddb491f175f624"),
    PublishedFile(
      name: "t10k-images-idx3-ubyte.gz", size: 1_648_877, md5: "9fb629c4189551a2d022fa330f9573f3",
      contentMD5: "2646ac647ad5339dbf082846283269ea"),
    PublishedFile(
      name: "t10k-labels-idx1-ubyte.gz", size: 4_542, md5: "ec29112dd5afa0611ce80d1b7f02629c",
      contentMD5: "27ae3e4e09519cfbb04c329615203637"),
  ]

  /// Downloads the files that `folder` does not have yet, and checks them.
  ///
  /// A file is called NAME.part until it is complete and its sum is right. What a broken download
  /// has left is continued, by the next mirror or the next call. Nothing else in the folder is touched.
  ///
  /// - Parameters:
  ///   - folder: Where to put the files; made if there is none.
  ///   - mirrors: Addresses that the names of the files follow, in the order in which to try: HTTPS, or
  ///     HTTP of this machine.
  ///   - files: The files.
  ///   - monitor: Tells when to end, and is told what happens.
  /// - Precondition: There is a mirror.
  /// - Throws: `Failure` if no mirror has a file, `folder` cannot be written to, it has another file of
  ///   that name, or there is no program `curl`.
  public static func fetch(
    into folder: Path, from mirrors: [URL] = mirrors, files: [PublishedFile] = files,
    _ monitor: Monitor = .silent
  ) throws(Failure) {
    precondition(!mirrors.isEmpty, "there is no mirror to fetch from")
    let names = files.map(\.name).joined(separator: ", ")
    let advice = "put \(names) into \(folder) by hand, or use '--data synthetic'"
    // Two downloads into one folder would write the same parts.
    let claim = try ClaimedFolder(folder)
    for file in files {
      try FileDownload(file, into: claim.path, advice: advice).run(mirrors: mirrors, monitor)
    }
  }
}
