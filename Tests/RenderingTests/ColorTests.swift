import Rendering
import Testing

@Suite struct ColorTests {
  @Test func readsWebColors() {
    let color = Color(0xFF0033)
    #expect(color.red == 1 && color.green == 0 && color.blue == 0.2)
  }

  @Test func thePaletteHasTenColors() {
    #expect(Color.palette.count == 10 && Set(Color.palette).count == 10)
  }
}
