#if os(Linux) && arch(x86_64)
  import Autodiff
  import COpenBLAS
  import Foundation
  import Testing

  @Suite struct KernelChoiceTests {
    /// Where the processor has vectors of 256 bits, products use them, whatever OpenBLAS knows of its
    /// model.
    @Test func productsUseTheVectorsOfTheProcessor() throws {
      let processor = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
      let chosen = ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"]
      guard processor.contains(" avx2 "), processor.contains(" fma "), chosen == nil else { return }
      let product = Tensor([1, 2, 3, 4], shape: [2, 2])
        .matrixProduct(Tensor([5, 6, 7, 8], shape: [2, 2]))
      #expect(product.values == [19, 22, 43, 50])
      #expect(String(cString: openblas_get_corename()) != "Prescott")
    }
  }
#endif
