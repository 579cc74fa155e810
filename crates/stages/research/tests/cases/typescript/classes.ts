@Controller({ path: 'orders', version: '1' })
export class OrderController extends PassportStrategy(Strategy) implements OnInit {
  @InjectRepository(Order) private readonly orders: Repository<Order>;
  static readonly limit: number = 20;
  #secret?: string = process.env.SECRET;
  note: string | null;
  constructor(private readonly http: HttpService, @Inject('PAY') public pay: ClientProxy, plain: string) {
    super();
    this.base = plain;
  }
  @Get(':id')
  @UseGuards(JwtGuard, new RolesGuard())
  async one(@Param('id') id: string, @Body() body: OrderDto): Promise<Order> {
    return this.orders.findOne({ where: { id } });
  }
  list = async () => this.http.get(`${this.base}/orders`);
  get size() { return 1; }
}
interface Order extends Base<string> {
  readonly id: string;
  lines?: Line[];
  total(tax: number): Promise<number>;
}
type Line = { sku: string; count: number | undefined };
type Alias = Record<string, Order>;
enum State { Open = 'open', Closed = 'closed', Other }
const Model = class extends Sequelize.Model {};
