// swift-tools-version: 6.2
// Speed, measured apart from the tests: a package of its own, so that nobody who uses the library
// builds it.
//
//     swift build -c release --package-path Tests/Benchmarks
//     Tests/Benchmarks/.build/release/benchmarks
import PackageDescription

let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "swift-relax", path: "../..")],
  targets: [
    .executableTarget(
      name: "benchmarks",
      dependencies: [
        .product(name: "Agents", package: "swift-relax"),
        .product(name: "Box2DEnvironments", package: "swift-relax"),
        .product(name: "ClassicControl", package: "swift-relax"),
        .product(name: "Autodiff", package: "swift-relax"),
        .product(name: "DiscreteVAE", package: "swift-relax"),
        .product(name: "EstimatorComparison", package: "swift-relax"),
        .product(name: "GradientEstimators", package: "swift-relax"),
        .product(name: "NeuralNetworks", package: "swift-relax"),
        .product(name: "RandomNumbers", package: "swift-relax"),
        .product(name: "ReinforcementLearning", package: "swift-relax"),
        .product(name: "Statistics", package: "swift-relax"),
      ]),
    .executableTarget(
      name: "lunarlander-bare", linkerSettings: [.linkedLibrary("box2d"), .linkedLibrary("m")]),
  ],
  cxxLanguageStandard: .cxx17
)
